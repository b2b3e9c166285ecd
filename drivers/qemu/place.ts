import { posix, win32, type PlatformPath } from 'node:path';
import { MachineError } from '../../src/errors.js';

/** Longest path of a socket: 104 bytes with its end on macOS, 108 on Linux (unix(4), unix(7)). */
const LONGEST_SOCKET = 103;

/** Every file that may lie in a machine's folder. */
export const FILES = {
  /** The machine's own disk: what it writes over the OS, and the engine's data. */
  disk: 'disk.qcow2',
  /** Images of the OS, each in a folder of its name; and which of them is booted. */
  systems: 'os',
  boots: 'boots.json',
  /** What QEMU says, and what the machine writes to its console. */
  log: 'qemu.log',
  console: 'console.txt',
  /** What the machine itself tells: one line for each step of its boot. */
  told: 'told.log',
  monitor: 'qmp.sock',
  pid: 'qemu.pid',
  /** What the machine was booted with, and, there while it is suspended, what its saved state was. */
  booted: 'boot.json',
  saved: 'saved.json',
  /** What the OS is told at its boot. */
  seed: 'seed',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where machines lie on this computer: in the user's own folder for data. @throws MachineError CheckFailed without a home */
export function machinesFolder(platform: NodeJS.Platform, environment: Environment): string {
  const base = dataFolder(platform, environment);
  if (base === undefined) {
    throw new MachineError('CheckFailed', 'no folder for machines: the environment names no home', {
      suggestions: [platform === 'win32' ? 'Set LOCALAPPDATA' : 'Set HOME'],
    });
  }
  return pathsOf(platform).join(base, 'berth', 'qemu');
}

function dataFolder(platform: NodeJS.Platform, environment: Environment): string | undefined {
  if (platform === 'win32') return environment['LOCALAPPDATA'];
  const home = environment['HOME'];
  if (platform === 'darwin') return home && `${home}/Library/Application Support`;
  // XDG Base Directory Specification: a relative path is to be ignored.
  const named = environment['XDG_DATA_HOME'];
  return named?.startsWith('/') ? named : home && `${home}/.local/share`;
}

/** The folder of a new machine. @throws MachineError CheckFailed where a socket in it would have too long a path */
export function newFolder(base: string, { name, id }: { readonly name: string; readonly id: string }): string {
  const folder = `${base}/${name.slice(0, 24)}-${id.slice(0, 8)}`;
  if (Buffer.byteLength(`${folder}/${FILES.monitor}`) <= LONGEST_SOCKET) return folder;
  throw new MachineError('CheckFailed', 'the folder for machines has too long a path for a socket', {
    suggestions: ['Set XDG_DATA_HOME to a folder with a short path'],
    cause: new Error(folder),
  });
}

/** @throws MachineError StoreCorrupt for a handle that no driver made: this folder gets removed */
export function checkedFolder({ folder }: { readonly folder: string }): string {
  const parts = folder.split(/[\\/]/);
  const isOurs = /^(\/|[A-Za-z]:\\)/.test(folder) && !parts.includes('..') && !parts.includes('.');
  if (isOurs && /^[a-zA-Z0-9][a-zA-Z0-9.-]*-[0-9a-f]{8}$/.test(parts.at(-1) ?? '') && parts.at(-2) === 'qemu')
    return folder;
  throw new MachineError('StoreCorrupt', `no machine can lie in ${JSON.stringify(folder)}`);
}

/** The place of QEMU's monitor: a socket in the machine's folder, on Windows a pipe named after it. */
export function monitorPath(folder: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? `\\\\.\\pipe\\berth-${win32.basename(folder)}` : `${folder}/${FILES.monitor}`;
}

export function pathsOf(platform: NodeJS.Platform): PlatformPath {
  return platform === 'win32' ? win32 : posix;
}
