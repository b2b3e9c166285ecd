import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { MachineError } from '../../src/errors.js';
import type { Snapshot } from '../../src/snapshot.js';
import { fileOf } from './process.js';
import { run } from './run.js';

export interface DiskTool {
  /** qemu-img: a path. */
  readonly program: string;
  readonly signal: AbortSignal;
}

/** The machine's disk, which takes only the space used; one that is there stays as it is. */
export async function ensureDisk(folder: string, sizeMb: number, { program, signal }: DiskTool): Promise<void> {
  const disk = fileOf(folder, 'disk');
  if (existsSync(disk)) return;
  const unfinished = `${disk}.new`;
  await rm(unfinished, { force: true });
  const words = ['create', '-q', '-f', 'qcow2', '-o', 'lazy_refcounts=on', unfinished, String(sizeMb * 1_000_000)];
  await run([program, ...words], 'make the disk', signal);
  await rename(unfinished, disk);
}

/** Of a machine that does not run. @throws MachineError BadOption for less than it has */
export async function growDisk(folder: string, sizeMb: number, { program, signal }: DiskTool): Promise<void> {
  const { bytes } = await inspectDisk(folder, { program, signal });
  const wanted = sizeMb * 1_000_000;
  if (wanted < bytes) {
    const had = Math.round(bytes / 1_000_000);
    throw new MachineError('BadOption', `a disk of ${had} MB cannot shrink to ${sizeMb} MB`);
  }
  if (wanted > bytes)
    await run(
      [program, 'resize', '-q', '-f', 'qcow2', fileOf(folder, 'disk'), String(wanted)],
      'grow the disk',
      signal,
    );
}

export interface Disk {
  readonly bytes: number;
  readonly snapshots: readonly Snapshot[];
}

/** Also of a machine that runs. */
export async function inspectDisk(folder: string, { program, signal }: DiskTool): Promise<Disk> {
  // -U: another process may have the disk open.
  const text = await run([program, 'info', '-U', '--output=json', fileOf(folder, 'disk')], 'read the disk', signal);
  const info = JSON.parse(text) as { 'virtual-size': number; snapshots?: readonly StoredSnapshot[] };
  const snapshots = (info.snapshots ?? []).map((one) => ({
    tag: one.name,
    madeAt: new Date(one['date-sec'] * 1_000).toISOString(),
    running: one['vm-state-size'] > 0,
  }));
  return { bytes: info['virtual-size'], snapshots };
}

interface StoredSnapshot {
  readonly name: string;
  readonly 'date-sec': number;
  readonly 'vm-state-size': number;
}

/** Makes (`-c`), restores (`-a`) or deletes (`-d`) a snapshot in the disk of a machine that does not run. */
export async function changeSnapshot(
  folder: string,
  { verb, tag }: { readonly verb: '-c' | '-a' | '-d'; readonly tag: string },
  { program, signal }: DiskTool,
): Promise<void> {
  await run([program, 'snapshot', '-q', verb, tag, fileOf(folder, 'disk')], `change the snapshot "${tag}"`, signal);
}
