import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isProcessAlive } from '../process-alive.js';
import { once } from './once.js';

/** An owner that cannot be asked and has not touched its ticket for this long is dead, in milliseconds. */
const SILENT_MS = 60_000;

/** `<place>-<pid>-<start>`: where the process runs, its number there, and when it started, since numbers come again. */
export async function ownProcess(): Promise<string> {
  return `${await place()}-${process.pid}-${(await startTime(process.pid)) ?? '0'}`;
}

/** Whether the owner of a ticket, last touched then (ms since the epoch), still lives. */
export async function isAlive(owner: string, touchedMs: number): Promise<boolean> {
  const [where, pid, start] = owner.split('-');
  if (where !== (await place())) return Date.now() - touchedMs < SILENT_MS;
  if (Number(pid) === process.pid && start === ((await startTime(process.pid)) ?? '0')) return true;
  if (!isProcessAlive(Number(pid))) return false;
  return start === ((await startTime(Number(pid))) ?? '0');
}

export function describeOwner(owner: string): string {
  return `process ${owner.split('-')[1] ?? '?'}`;
}

/** This computer, this boot, this namespace of process numbers: only within it can a number be asked after. */
const place = once(async () => {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const [boot, namespace] = await Promise.all([
    read('/proc/sys/kernel/random/boot_id'),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return createHash('sha256').update(`${hostname()} ${boot} ${namespace}`).digest('hex').slice(0, 12);
});

/** Field 22 of proc(5)'s stat, in clock ticks since the boot; undefined where there is no /proc or no such process. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // A program's name may hold blanks and brackets; what counts comes after the last bracket.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Killed, but its parent has not asked after it yet; the first process of a container may never do.
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}
