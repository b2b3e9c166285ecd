import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import type { DriverContext, MachineState } from '../../src/driver.js';
import { isMachineError, MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { FILES, monitorPath } from './place.js';
import { connectQmp, type Qmp } from './qmp.js';

type Context = Pick<DriverContext<never>, 'signal' | 'report'>;

/** QEMU is there, its devices made, in half a second; a computer that swaps takes longer. In milliseconds. */
const UP_WITHIN_MS = 30_000;
/** Of a question that is asked in passing: one who holds the monitor does so for as long as his work takes. */
const PASSING_MS = 500;

export function fileOf(folder: string, name: keyof typeof FILES): string {
  return `${folder}/${FILES[name]}`;
}

/** The conversation with a running machine; undefined when it does not run. */
export function monitorOf(folder: string, { signal }: Pick<Context, 'signal'>): Promise<Qmp | undefined> {
  return connectQmp(monitorPath(folder, process.platform), { signal });
}

/** QEMU's words for what it does (qapi/run-state.json), as far as they are not "stopped". */
const STATES: Readonly<Record<string, MachineState>> = {
  running: 'running',
  paused: 'paused',
  suspended: 'paused',
  prelaunch: 'starting',
  inmigrate: 'starting',
  'restore-vm': 'starting',
  'save-vm': 'stopping',
  'finish-migrate': 'stopping',
  shutdown: 'stopping',
};

/** What is there of a machine: its process, a saved state, its disk, or nothing. */
export async function stateOf(folder: string, { signal }: Pick<Context, 'signal'>): Promise<MachineState> {
  try {
    using monitor = await connectQmp(monitorPath(folder, process.platform), { signal, withinMs: PASSING_MS });
    if (monitor) return STATES[await statusOf(monitor)] ?? 'error';
  } catch (error) {
    // The process is there: the monitor serves one at a time, and another command of berth talks to it now.
    if (isMachineError(error, 'TimedOut')) return 'running';
    if (!isMachineError(error, 'DriverFailed')) throw error;
  }
  if (existsSync(fileOf(folder, 'saved'))) return 'saved';
  return existsSync(folder) ? 'stopped' : 'gone';
}

export async function statusOf(monitor: Qmp): Promise<string> {
  const answer = (await monitor.execute('query-status')) as { readonly status?: string };
  return answer.status ?? '';
}

export interface Launch {
  readonly program: string;
  readonly words: readonly string[];
  readonly folder: string;
  /** From a saved state: what the machine has told at its boot still holds. */
  readonly goesOn: boolean;
}

/** Starts QEMU, which outlives this program, and waits until its monitor answers. @throws MachineError DriverFailed */
export async function launch({ program, words, folder, goesOn }: Launch, { signal }: Context): Promise<Qmp> {
  await rm(fileOf(folder, 'monitor'), { force: true });
  if (!goesOn) await rm(fileOf(folder, 'told'), { force: true });
  await rename(fileOf(folder, 'console'), `${fileOf(folder, 'console')}.old`).catch(() => {});
  await using log = await open(fileOf(folder, 'log'), 'w', 0o600);
  const child = spawn(program, words, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    cwd: folder,
    windowsHide: true,
  });
  let end: string | undefined;
  child.once('error', (error) => (end = error.message));
  child.once('exit', (code, name) => (end = `it ended with ${code ?? name ?? 'unknown'}`));
  child.unref();
  const isUp = async (): Promise<Qmp | undefined> => {
    const monitor = await monitorOf(folder, { signal });
    if (monitor === undefined && end !== undefined) throw await unstarted(folder, end);
    return monitor;
  };
  try {
    return await poll(isUp, { what: 'qemu to start', withinMs: UP_WITHIN_MS, everyMs: 5, atMostEveryMs: 100, signal });
  } catch (error) {
    if (end === undefined) child.kill('SIGKILL');
    throw error;
  }
}

async function unstarted(folder: string, end: string): Promise<MachineError> {
  const words = await textOf(fileOf(folder, 'log'));
  return new MachineError('DriverFailed', 'qemu does not start', { cause: new Error(words.trim() || end) });
}

/** The process that runs the machine, as it wrote it down itself. */
export async function pidOf(folder: string): Promise<number | undefined> {
  const pid = Number(await textOf(fileOf(folder, 'pid')));
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** What the machine has told since it was started: one word, or a word and its value, a line. */
export async function toldBy(folder: string): Promise<readonly string[]> {
  return (await textOf(fileOf(folder, 'told')))
    .split('\n')
    .flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

/** The end of a file that may not be there. */
export async function textOf(path: string, lastCharacters = 4_000): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).slice(-lastCharacters);
}
