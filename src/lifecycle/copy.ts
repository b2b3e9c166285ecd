import { MachineError } from '../errors.js';
import type { CopyOptions, Host } from '../host/host.js';
import { parseName, type MachineName } from '../name.js';
import type { Program } from './program.js';
import { refuseWithoutHost } from './refuse.js';
import { connectTo } from './host-connection.js';

export type Location =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'machine'; readonly name: MachineName; readonly path: string; readonly user?: string };

/**
 * docker-machine's locations: `[user@]machine:path`, or a path of this computer, which may also be written `localhost:path`.
 * A path with a slash before its first colon is local, as scp has it; so is a Windows drive.
 */
export function parseLocation(text: string): Location {
  const at = text.indexOf(':');
  const head = text.slice(0, at);
  if (at < 0 || /[\\/]/.test(head) || (process.platform === 'win32' && at === 1)) return { kind: 'local', path: text };
  const path = text.slice(at + 1);
  if (head === 'localhost') return { kind: 'local', path };
  const [user, name] = head.includes('@') ? head.split('@', 2) : [undefined, head];
  return { kind: 'machine', name: parseName(name ?? ''), path: path === '' ? '.' : path, ...(user ? { user } : {}) };
}

/** Copies one file, or with `recursive` one folder. Between two machines the bytes go through this computer. */
export async function copyBetween(from: Location, to: Location, options: CopyOptions, program: Program): Promise<void> {
  if (from.kind === 'local' && to.kind === 'local') {
    throw new MachineError('BadUsage', 'neither path is on a machine', {
      suggestions: ['Write machine:path for one of them'],
    });
  }
  if (from.kind === 'machine' && to.kind === 'machine') return relay(from, to, options, program);
  if (from.kind === 'machine') {
    await using host = await open(from, program);
    return await host.download(from.path, to.path, options);
  }
  await using host = await open(to as Extract<Location, { kind: 'machine' }>, program);
  return await host.upload(from.path, to.path, options);
}

type Remote = Extract<Location, { kind: 'machine' }>;

async function relay(from: Remote, to: Remote, options: CopyOptions, program: Program): Promise<void> {
  await using source = await open(from, program);
  await using target = await open(to, program);
  await program.withTemporaryFolder(async (folder) => {
    const name = from.path.replace(/\/+$/, '').split('/').at(-1) || 'copy';
    await source.download(from.path, `${folder}/${name}`, options);
    await target.upload(`${folder}/${name}`, to.path, options);
  });
}

async function open({ name, user }: Remote, program: Program): Promise<Host> {
  const machine = await program.store.read(name);
  refuseWithoutHost(machine, 'it has no files to copy', program);
  const login = user === undefined ? machine.ssh : { ...machine.ssh, user };
  return connectTo({ ...machine, ssh: login }, program, { retry: false });
}
