import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MachineError, systemCode } from '../errors.js';
import type { SystemSshRequest } from '../lifecycle/program.js';

/** The ssh program with the machine's key and pinned host key; everything else is the user's own words. */
export function systemSsh({ target, words, knownHostsPath, hostKeyAlias }: SystemSshRequest): Promise<number> {
  const { host, port, user, keyPath } = target;
  const identity = keyPath === undefined ? [] : ['-o', 'IdentitiesOnly=yes', '-i', keyPath];
  // The alias: a pinned key counts whatever address the machine has now.
  const pinned = [
    ...['-o', `UserKnownHostsFile=${knownHostsPath}`, '-o', `HostKeyAlias=${hostKeyAlias}`],
    ...['-o', 'StrictHostKeyChecking=accept-new', '-p', String(port)],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', [...pinned, ...identity, '-l', user, host, ...words], { stdio: 'inherit' });
    child.once('error', (cause) => {
      const missing = systemCode(cause) === 'ENOENT';
      reject(
        missing
          ? new MachineError('ToolMissing', 'options of ssh need the ssh program, and there is none on PATH', { cause })
          : cause,
      );
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
