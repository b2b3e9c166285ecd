import type { Computer } from '../../../src/doctor/computer.js';
import type { Finding } from '../../../src/doctor/finding.js';
import { examineMachine } from '../../../src/doctor/machine.js';
import type { ConnectRequest, Host } from '../../../src/host/host.js';
import { createMachine } from '../../../src/lifecycle/create.js';
import type { Program } from '../../../src/lifecycle/program.js';
import { machineState } from '../../../src/lifecycle/states.js';
import { parseName } from '../../../src/name.js';
import type { Machine } from '../../../src/record.js';
import { testWorld, type World } from '../../lifecycle/support/world.js';

/** A world whose hosts say how they are. */
export interface Clinic extends AsyncDisposable {
  readonly world: World;
  readonly program: Program;
  /** What a host prints, by key; it is well in the beginning. */
  readonly host: Record<string, string>;
  /** In place of a login. */
  login: (request: ConnectRequest) => Promise<void>;
  create(name: string): Promise<Machine>;
  [Symbol.asyncDispose](): Promise<void>;
  /** Examines the machine as its record is now. */
  examine(name: string, timeoutMs?: number): Promise<{ readonly seen: string; readonly findings: readonly Finding[] }>;
}

export const WELL: Computer = {
  platform: 'linux',
  nodeVersion: '20.19.0',
  userId: process.getuid?.(),
  ask: async ([program]) =>
    program === 'docker' ? { stdout: '28.2.2 1.50\n', stderr: '' } : { stdout: '', stderr: 'OpenSSH_9.2p1 Debian-2\n' },
};

export async function clinic(): Promise<Clinic> {
  const world = await testWorld();
  const own: Clinic = {
    world,
    host: { sudo: 'root', unit: 'active', load: 'loaded', listening: '1', size_kib: '20971520', free_kib: '10485760' },
    login: async () => {},
    program: {
      ...world.program,
      connect: async (request) => {
        await own.login(request);
        return talking(await world.program.connect(request), () => printed(own.host));
      },
    },
    create: (name) => createMachine(world.wish(name), world.spec, own.program),
    examine: async (name, timeoutMs = 5_000) => {
      const machine = await world.program.store.read(parseName(name));
      const exam = { timeoutMs, askState: machineState, client: { version: '28.2.2', apiVersion: '1.50' } };
      const { seen, findings } = await examineMachine(machine, exam, own.program);
      return { seen, findings };
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
  return own;
}

function printed(values: Readonly<Record<string, string>>): string[] {
  const clock = { clock: String(Math.round(Date.now() / 1000)) };
  return Object.entries({ ...clock, ...values, end: '1' }).map(([key, value]) => `${key}=${value}`);
}

function talking(host: Host, lines: () => string[]): Host {
  return {
    ...host,
    runScript: async (_script, { onLine } = {}) => {
      for (const line of lines()) onLine?.(line);
      return { stdout: `${lines().join('\n')}\n`, stderr: '' };
    },
  };
}
