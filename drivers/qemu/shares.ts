import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { findProgram } from '../../src/search-path.js';
import type { QemuMachine, Share } from './index.js';

/** Where distributions put it besides PATH: Debian's of QEMU and of its own package, Fedora's, Arch's. */
const FOLDERS = ['/usr/lib/qemu', '/usr/libexec', '/usr/lib', '/usr/bin'];
const UP_WITHIN_MS = 10_000;

type Context = Pick<DriverContext<never>, 'signal' | 'environment'>;

/** @throws MachineError NotSupported, ToolMissing, BadOption for a folder that is not there */
export function checkShares(shares: readonly Share[], context: Context): void {
  if (shares.length === 0) return;
  const absent = shares.find(({ source }) => !existsSync(source));
  if (absent) throw new MachineError('BadOption', `option --qemu-share-folder names no folder: "${absent.source}"`);
  serverProgram(context);
}

function serverProgram({ environment }: Pick<Context, 'environment'>): string {
  if (process.platform !== 'linux')
    throw new MachineError('NotSupported', 'folders are shared by virtiofs, which only Linux has', {
      suggestions: ['berth mount NAME:/place ./place', 'berth scp -r . NAME:place'],
    });
  const folders = (environment['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const found = findProgram('virtiofsd', [...folders, ...FOLDERS]);
  if (found !== undefined) return found;
  throw new MachineError('ToolMissing', 'sharing folders needs the program "virtiofsd"', {
    suggestions: ['apt-get install -y virtiofsd'],
  });
}

/** One server for each folder, which ends with the machine. The places of their sockets, in the order of the shares. */
export async function serveShares({ folder, shares }: QemuMachine, context: Context): Promise<readonly string[]> {
  const sockets = shares.map((_share, index) => `${folder}/share${index}.sock`);
  for (const [index, share] of shares.entries()) await serve(share, sockets[index] ?? '', context);
  return sockets;
}

async function serve({ source }: Share, socket: string, context: Context): Promise<void> {
  await rm(socket, { force: true });
  await using log = await open(`${socket}.log`, 'w', 0o600);
  // Debian 12 has QEMU's own virtiofsd, which takes options by -o; the one in Rust, of today, understands these as well.
  const words = ['-o', `cache=auto,source=${source}`];
  const child = spawn(serverProgram(context), [`--socket-path=${socket}`, ...words], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    cwd: '/',
  });
  let end: string | undefined;
  child.once('error', (error) => (end = error.message));
  child.once('exit', (code, name) => (end = `it ended with ${code ?? name ?? 'unknown'}`));
  child.unref();
  await poll(
    async () => {
      if (end !== undefined)
        throw new MachineError('DriverFailed', `cannot share "${source}"`, { cause: new Error(end) });
      return existsSync(socket) ? true : undefined;
    },
    { what: 'virtiofsd to start', withinMs: UP_WITHIN_MS, everyMs: 5, atMostEveryMs: 50, signal: context.signal },
  );
}
