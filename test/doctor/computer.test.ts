import { describe, expect, it } from '@jest/globals';
import { askDockerClient, examineComputer, isBelow, type Computer } from '../../src/doctor/computer.js';
import { defineDriver, type AnyDriverSpec } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { paces } from '../../src/pace.js';
import type { Program } from '../../src/lifecycle/program.js';
import { recordingReporter } from '../helpers/reporter.js';
import { WELL } from './support/clinic.js';

const program = {
  report: recordingReporter(),
  signal: new AbortController().signal,
  environment: {},
  now: () => new Date(),
  pace: paces(),
} as unknown as Program;
const NOTHING: Computer = { ...WELL, ask: async () => undefined };
const CLIENT = { version: '28.2.2', apiVersion: '1.50' };

/** A driver of machines on this computer whose check is this. */
function local(check: (report: Program['report']) => void): AnyDriverSpec {
  return defineDriver({
    name: 'shed',
    title: 'A shed',
    options: {
      size: { kind: 'integer', default: 3, help: 'its size' },
      tools: { kind: 'list', help: 'what is in it' },
    },
    features: { plantsKeys: true, powers: true, ssh: true, local: true },
    toStored: () => ({}),
    fromStored: () => ({ options: {} }),
    login: () => ({ user: 'root', port: 22 }),
    load: async () => ({
      check: async ({ options }: { readonly options: unknown }, { report }: { readonly report: Program['report'] }) => {
        expect(options).toEqual({ size: 3, tools: [] });
        check(report);
      },
    }),
  } as never);
}

const lacking = local(() => {
  throw new MachineError('ToolMissing', 'the shed needs a roof', { suggestions: ['apt-get install -y roof'] });
});

describe('this computer', () => {
  it('is one line when all is there', async () => {
    const localDrivers = [{ spec: local(() => {}), isUsed: false }];

    expect(await examineComputer({ computer: WELL, client: CLIENT, localDrivers }, program)).toEqual({
      group: 'computer',
      seen: 'Node 20.19.0, docker client 28.2.2, OpenSSH_9.2p1, local machines by shed',
      findings: [],
    });
  });

  it('lacks what is not on PATH, and an old Node is too old', async () => {
    const computer = { ...NOTHING, nodeVersion: '20.9.1' };

    const { findings } = await examineComputer({ computer, client: undefined, localDrivers: [] }, program);

    expect(findings.map(({ id, severity, fact }) => [id, severity, fact])).toEqual([
      ['node-old', 'error', 'Node 20.9.1 is older than 20.19.0'],
      ['docker-client-missing', 'warning', 'there is no docker client on PATH'],
      ['ssh-missing', 'warning', 'there is no ssh on PATH: adopted machines, mount and scp --delta need it'],
    ]);
  });

  it('has to be able to run the machines that are on it', async () => {
    const exam = { computer: WELL, client: CLIENT, localDrivers: [{ spec: lacking, isUsed: true }] };

    expect((await examineComputer(exam, program)).findings).toEqual([
      { id: 'local-driver', severity: 'error', fact: 'the shed needs a roof', remedy: 'apt-get install -y roof' },
    ]);
  });

  it('need not be able to make machines that nobody has', async () => {
    const exam = { computer: WELL, client: CLIENT, localDrivers: [{ spec: lacking, isUsed: false }] };

    expect(await examineComputer(exam, program)).toMatchObject({
      seen: 'Node 20.19.0, docker client 28.2.2, OpenSSH_9.2p1, none by shed: the shed needs a roof',
      findings: [],
    });
  });

  it.each([
    [true, ['local-driver-slow']],
    [false, []],
  ])('that is slow at it is noted where it matters: %s', async (isUsed, ids) => {
    const spec = local((report) => report.warn('without a processor, which is slow'));

    const { findings } = await examineComputer(
      { computer: WELL, client: CLIENT, localDrivers: [{ spec, isUsed }] },
      program,
    );

    expect(findings.map(({ id }) => id)).toEqual(ids);
  });
});

describe('the docker client', () => {
  it('tells its versions without an engine being asked', async () => {
    const asked: unknown[] = [];
    const ask: Computer['ask'] = (words, environment) => {
      asked.push(environment);
      return WELL.ask(words);
    };

    expect(await askDockerClient({ ...WELL, ask })).toEqual(CLIENT);
    expect(asked).toEqual([{ DOCKER_HOST: 'unix:///berth-asks-nobody' }]);
  });

  it('is none where there is no such program', async () => {
    expect(await askDockerClient(NOTHING)).toBeUndefined();
  });
});

describe('versions', () => {
  it.each([
    ['1.9', '1.24', true],
    ['1.24', '1.24', false],
    ['1.50', '1.24', false],
    ['20.19.0', '20.19.0', false],
    ['20.18.9', '20.19.0', true],
    ['22.0.0', '20.19.0', false],
  ])('%s is below %s: %s', (version, least, is) => {
    expect(isBelow(version, least)).toBe(is);
  });
});
