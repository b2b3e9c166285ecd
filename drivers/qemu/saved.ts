import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import type { Json } from '../../src/record.js';
import type { Accelerator, QemuMachine } from './index.js';
import { fileOf } from './process.js';
import type { Qmp } from './qmp.js';

/** The state of a suspended machine in its disk; users' snapshots cannot be called so. */
export const SUSPENDED = '.suspended';
/** Some hundred megabytes onto a disk that others use too. In milliseconds. */
const SAVED_WITHIN_MS = 300_000;

/** What a machine runs with, and a saved state can be gone on from with: the same memory, processors and model. */
export interface Booted {
  readonly accel: Accelerator;
  readonly memory: number;
  readonly cpus: number;
  /** The image of the OS, whose files it has open. */
  readonly system: string;
}

/** How the machine was suspended; undefined when it was not. */
export async function savedOf(folder: string): Promise<Booted | undefined> {
  const text = await readFile(fileOf(folder, 'saved'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Booted);
}

export async function writeBooted(folder: string, booted: Booted): Promise<void> {
  await writeFile(fileOf(folder, 'booted'), JSON.stringify(booted), { mode: 0o600 });
}

/** From now on the machine goes on from the state in its disk. */
export async function markSaved(folder: string): Promise<void> {
  await copyFile(fileOf(folder, 'booted'), `${fileOf(folder, 'saved')}.new`);
  await rename(`${fileOf(folder, 'saved')}.new`, fileOf(folder, 'saved'));
}

export async function forgetSaved(folder: string): Promise<void> {
  await rm(fileOf(folder, 'saved'), { force: true });
}

type Signal = Pick<DriverContext<QemuMachine>, 'signal'>;

/** Memory, devices and the disk as they are now, in the disk itself. */
export async function saveState(monitor: Qmp, tag: string, context: Signal): Promise<void> {
  await job(monitor, 'snapshot-save', { tag, vmstate: 'disk', devices: ['disk'] }, context);
}

export async function loadState(monitor: Qmp, tag: string, context: Signal): Promise<void> {
  await job(monitor, 'snapshot-load', { tag, vmstate: 'disk', devices: ['disk'] }, context);
}

export async function deleteState(monitor: Qmp, tag: string, context: Signal): Promise<void> {
  await job(monitor, 'snapshot-delete', { tag, devices: ['disk'] }, context);
}

/** Whether the disk has a state of this name. */
export async function hasState(monitor: Qmp, tag: string): Promise<boolean> {
  const nodes = await monitor.execute('query-named-block-nodes');
  const disk = (Array.isArray(nodes) ? (nodes as readonly Node[]) : []).find((node) => node['node-name'] === 'disk');
  return disk?.image?.snapshots?.some(({ name }) => name === tag) ?? false;
}

interface Node {
  readonly 'node-name': string;
  readonly image?: { readonly snapshots?: readonly { readonly name: string }[] };
}

/** Starts one of QEMU's jobs and waits until it has concluded (qapi/job.json). @throws MachineError DriverFailed */
async function job(
  monitor: Qmp,
  command: string,
  args: Readonly<Record<string, Json>>,
  { signal }: Signal,
): Promise<void> {
  const id = `berth-${command}`;
  await monitor.execute(command, { 'job-id': id, ...args });
  const ended = await poll(
    async () => {
      const jobs = await monitor.execute('query-jobs');
      return (Array.isArray(jobs) ? (jobs as readonly Job[]) : []).find(
        (one) => one.id === id && one.status === 'concluded',
      );
    },
    { what: `qemu's ${command}`, withinMs: SAVED_WITHIN_MS, everyMs: 5, atMostEveryMs: 100, signal },
  );
  await monitor.execute('job-dismiss', { id });
  if (ended.error !== undefined)
    throw new MachineError('DriverFailed', `qemu's ${command} fails`, { cause: new Error(ended.error) });
}

interface Job {
  readonly id: string;
  readonly status: string;
  readonly error?: string;
}
