import { describe, expect, it } from '@jest/globals';
import { completionRequest, completions, pluginMetadata, pluginWords } from '../../src/cli/docker-plugin.js';

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
  const known = {
    commands: [
      { id: 'create', summary: 'Make machines', flags: ['driver', 'debug'] },
      { id: 'scp', summary: 'Copy files', flags: [] },
      { id: 'ssh', summary: 'Log in', flags: ['debug'] },
    ],
    machines: async () => ['dev', 'web-1', 'web-2'],
  };

  it.each([
    [['s'], 'scp\tCopy files\nssh\tLog in\n:4\n'],
    [[''], 'create\tMake machines\nscp\tCopy files\nssh\tLog in\n:4\n'],
    [[], 'create\tMake machines\nscp\tCopy files\nssh\tLog in\n:4\n'],
    [['ssh', 'we'], 'web-1\nweb-2\n:4\n'],
    [['scp', 'd'], 'dev\n:0\n'],
    [['create', 'd'], ':4\n'],
    [['create', '--d'], '--driver\n--debug\n:4\n'],
    [['nope', 'x'], ':4\n'],
  ])('of %j are %j', async (words, expected) => {
    expect(await completions(words, known)).toBe(expected);
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
