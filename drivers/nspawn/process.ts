import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The process whose number a file holds, if it is alive and still the one that works for this folder. */
export function livingProcess(folder: string, pidFile: string): number | undefined {
  const pid = pidIn(folder, pidFile);
  if (!(pid > 0)) return undefined;
  const words = readIfThere(`/proc/${pid}/cmdline`);
  // A number may have been given to somebody else meanwhile.
  return words.includes(folder) || (isBlank(words) && hasProgram(pid)) ? pid : undefined;
}

/** So are the words of a process while it puts another program in its place; a zombie has no program any more. */
function isBlank(words: string): boolean {
  return words.replaceAll('\0', '').trim() === '';
}

function hasProgram(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) !== '';
  } catch {
    return false;
  }
}

/** Whether the process has written its number and lives no more; not while it has begun to write. */
export function hasEnded(folder: string, pidFile: string): boolean {
  return pidIn(folder, pidFile) > 0 && livingProcess(folder, pidFile) === undefined;
}

function pidIn(folder: string, pidFile: string): number {
  return Number(readIfThere(join(folder, pidFile)));
}

/** The first process inside the machine, its init: a child of systemd-nspawn that is number 1 in there. */
export function initOf(folder: string): number | undefined {
  const nspawn = livingProcess(folder, 'nspawn.pid');
  if (nspawn === undefined) return undefined;
  return readdirSync('/proc')
    .map(Number)
    .find((pid) => pid > 0 && isInit(readIfThere(`/proc/${pid}/status`), nspawn));
}

/** Whether the kernel still holds a file of this folder as a disk: it lets go a moment after the last process has ended. */
export function isDiskInUse(folder: string): boolean {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .some((name) => readIfThere(`/sys/block/${name}/loop/backing_file`).startsWith(`${folder}/`));
}

function isInit(status: string, parent: number): boolean {
  return new RegExp(`^PPid:\\s${parent}$`, 'm').test(status) && /^NSpid:\s\d+\s1$/m.test(status);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
