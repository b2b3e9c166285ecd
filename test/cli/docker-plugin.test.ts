import { describe, expect, it } from '@jest/globals';
import {
  completionRequest,
  completions,
  pluginMetadata,
  pluginWords,
  type CompletedCommand,
  type Completing,
} from '../../src/cli/docker-plugin.js';
import type { CommandModel, FlagModel } from '../../src/shell/completion/model.js';

describe("a plugin of docker's client", () => {
  it('tells what it is', () => {
    expect(JSON.parse(pluginMetadata('1.2.3'))).toEqual({
      SchemaVersion: '0.1.0',
      Vendor: 'berth',
      Version: '1.2.3',
      ShortDescription: 'Make and manage Docker hosts',
    });
  });

  it.each([
    [
      ['machine', 'ls', '-q'],
      ['ls', '-q'],
    ],
    [['machine'], []],
    [
      ['help', 'machine', 'ls'],
      ['help', 'ls'],
    ],
    [['ls', 'machine'], undefined],
    [[], undefined],
  ])('takes %j for %j', (words, expected) => {
    expect(pluginWords(words)).toEqual(expected);
  });
});

describe('completions', () => {
  const command = (name: string, summary: string, more: Partial<CommandModel> = {}): CompletedCommand => ({
    ...{ name, summary },
    model: () => ({ name, summary, takes: 'machines', flags: [], ...more }),
  });
  const flag = (spelling: string, values?: readonly string[]): FlagModel => ({
    ...{ spellings: [spelling], summary: '', takesValue: values !== undefined, values: values ?? [] },
  });
  const driver = flag('--driver', ['acme', 'other']);
  const known: Completing = {
    commands: [
      command('create', 'Make machines', {
        takes: 'nothing',
        flags: [driver, flag('--debug'), flag('--acme-size', []), flag('--other-size', [])],
      }),
      command('scp', 'Copy files', { takes: 'paths' }),
      command('ssh', 'Log in', { takes: 'remote' }),
      command('start', 'Start'),
      command('swarm join', 'Join', { takes: 'members' }),
      command('swarm rm', 'Remove', { takes: 'clusters' }),
    ],
    names: async (kind) => (kind === 'clusters' ? ['blue'] : ['dev', 'web-1', 'web-2']),
    drivers: ['acme', 'other'],
  };

  it.each([
    [['s'], 'scp\tCopy files\nssh\tLog in\nstart\tStart\nswarm\tswarm …\n:4\n'],
    [['c'], 'create\tMake machines\n:4\n'],
    [['swarm', ''], 'join\tJoin\nrm\tRemove\n:4\n'],
    [['swarm', 'rm', ''], 'blue\n:4\n'],
    [['swarm', 'nope', ''], ':4\n'],
    [['ssh', 'we'], 'web-1\nweb-2\n:4\n'],
    [['ssh', 'dev', ''], ':4\n'],
    [['start', 'web-1', ''], 'dev\nweb-2\n:4\n'],
    [['scp', 'd'], 'dev\n:0\n'],
    [['create', 'd'], ':4\n'],
    [['create', '--d'], '--driver\n--debug\n:4\n'],
    [['create', '--'], '--driver\n--debug\n:4\n'],
    [['create', '--driver', 'acme', '--'], '--driver\n--debug\n--acme-size\n:4\n'],
    [['create', '--driver', ''], 'acme\nother\n:4\n'],
    [['create', '--driver=o'], 'other\n:4\n'],
    [['create', '--acme-size', ''], ':0\n'],
    [['nope', 'x'], ':4\n'],
  ])('of %j are %j', async (words, expected) => {
    expect(await completions(words, known)).toBe(expected);
  });

  it('of nothing are the commands', async () => {
    expect(await completions([], known)).toBe(await completions([''], known));
  });

  it.each([
    [
      ['__complete', 'machine', 'ssh', ''],
      ['ssh', ''],
    ],
    [
      ['__completeNoDesc', 'ssh', 'w'],
      ['ssh', 'w'],
    ],
    [['ssh', '__complete'], undefined],
  ])('are asked for by %j', (words, expected) => {
    expect(completionRequest(words)).toEqual(expected);
  });
});
