import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MachineError, systemCode } from '../errors.js';
import type { ToolCall } from '../lifecycle/program.js';

/** A program of this computer on our own terminal; resolves to its exit code. @throws MachineError ToolMissing */
export function runTool({ program, words, neededFor }: ToolCall): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: 'inherit', env: process.env });
    child.once('error', (cause) => {
      if (systemCode(cause) !== 'ENOENT') return reject(cause);
      reject(
        new MachineError('ToolMissing', `${neededFor} need the program ${program}, and there is none on PATH`, {
          cause,
          suggestions: [`apt-get install ${DEBIAN_PACKAGES[program]}`],
        }),
      );
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

const DEBIAN_PACKAGES: Readonly<Record<ToolCall['program'], string>> = {
  ssh: 'openssh-client',
  sshfs: 'sshfs',
  fusermount: 'fuse3',
  umount: 'mount',
  rsync: 'rsync',
};

export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
