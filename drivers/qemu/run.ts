import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { MachineError, throwIfCancelled } from '../../src/errors.js';
import { findProgram } from '../../src/search-path.js';

/** What a program said last tells why it failed, in characters. */
const KEPT = 8_000;

export interface Ended {
  /** Its exit code, or the name of the signal that ended it. */
  readonly status: number | string;
  readonly stdout: string;
  /** Both streams, in the order they came. */
  readonly words: string;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly input?: string;
  /** Milliseconds; one that hangs is killed. */
  readonly withinMs?: number;
}

/** Runs a program of this computer to its end, whatever that is. @throws MachineError Cancelled, ToolMissing */
export async function ended(
  program: string,
  words: readonly string[],
  { signal, input = '', withinMs = 120_000 }: RunOptions,
): Promise<Ended> {
  throwIfCancelled(signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], signal: limit, killSignal: 'SIGKILL' });
  const said = { stdout: '', words: '' };
  child.stdout.on('data', (part: Buffer) => {
    said.stdout += part.toString();
    said.words = (said.words + part.toString()).slice(-KEPT);
  });
  child.stderr.on('data', (part: Buffer) => (said.words = (said.words + part.toString()).slice(-KEPT)));
  child.stdin.on('error', () => {}).end(input);
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') reject(toolMissing(program));
      else if (error.name !== 'AbortError') reject(error);
    });
    child.once('close', (code, name) => resolve(code ?? name ?? 'unknown'));
  });
  throwIfCancelled(signal);
  return { status, ...said };
}

/** As `ended`, and it has to succeed: its output. @throws MachineError DriverFailed with its words as cause */
export async function run(
  [program, ...words]: readonly [string, ...string[]],
  what: string,
  signal: AbortSignal,
): Promise<string> {
  const { status, stdout, words: said } = await ended(program, words, { signal });
  if (status === 0) return stdout;
  throw new MachineError('DriverFailed', `cannot ${what}`, {
    cause: new Error(said.trim() || `it ended with ${status}`),
  });
}

/** Where QEMU is installed without being on PATH. */
const FOLDERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['/opt/homebrew/bin', '/usr/local/bin', '/opt/local/bin'],
  linux: ['/usr/local/bin', '/usr/bin', '/bin'],
  win32: ['C:\\Program Files\\qemu'],
};

/** The path of a program of QEMU's. @throws MachineError ToolMissing with what to install */
export function findTool(
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = findProgram(program, [...folders, ...(FOLDERS[platform] ?? [])]);
  if (found === undefined) throw toolMissing(program, platform);
  return found;
}

function toolMissing(program: string, platform: NodeJS.Platform = process.platform): MachineError {
  return new MachineError('ToolMissing', `the qemu driver needs the program "${program}"`, {
    suggestions: [INSTALL[platform] ?? 'Install QEMU'],
  });
}

const INSTALL: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'brew install qemu',
  linux: 'apt-get install -y qemu-system-x86 qemu-system-arm qemu-utils',
  win32: 'winget install SoftwareFreedomConservancy.QEMU',
};
