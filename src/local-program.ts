import { spawn } from 'node:child_process';
import { MachineError } from './errors.js';

/** A minute's worth of a chatty build; the last lines tell why something failed. */
const KEPT_CHARACTERS = 64_000;

/**
 * Runs a program of this computer. Aborting ends it and what it started.
 * @throws MachineError DriverFailed with its last words as cause, Cancelled
 */
export async function run(words: readonly [string, ...string[]], what: string, signal: AbortSignal): Promise<string> {
  const [program, ...args] = words;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const abort = (): void => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  signal.addEventListener('abort', abort, { once: true });
  let output = '';
  const keep = (part: Buffer): void => void (output = (output + part.toString()).slice(-KEPT_CHARACTERS));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  try {
    const status = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signalName) => resolve(code ?? signalName ?? 'unknown'));
      if (signal.aborted) abort();
    });
    if (status === 0) return output;
    throw new Error(output.trim().split('\n').slice(-20).join('\n') || `it ended with ${status}`);
  } catch (cause) {
    if (signal.aborted) throw new MachineError('Cancelled', 'interrupted');
    throw new MachineError('DriverFailed', `cannot ${what}`, { cause });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended meanwhile.
  }
}
