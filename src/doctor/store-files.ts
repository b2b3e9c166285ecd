import { access, constants, lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isForbidden } from '../errors.js';
import { abandonedTickets } from '../store/locks.js';
import type { Computer } from './computer.js';
import { gathered, type Finding } from './finding.js';

interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
  /** Permission bits. */
  readonly mode: number;
  readonly owner: number;
}

/** Permission bits of everybody but the owner. */
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
/** What the owner cannot do without. */
const OWNER_OF_FOLDER = 0o700;
const OWNER_OF_FILE = 0o400;
/** Anybody may read these, as docker-machine leaves them: the folder keeps others out all the same. */
const PUBLIC = /^(ca|cert|server)\.pem$|\.pub$|^(config\.json\.bak|known_hosts|env|store-id)$/;

/** Who may read and write the store, and whose it is; nothing where there is no store yet, or on Windows. */
export async function examineFiles(base: string, { platform, userId }: Computer): Promise<readonly Finding[]> {
  if (platform === 'win32' || userId === undefined) return [];
  const entries = await walk(base);
  const [top] = entries;
  if (!top) return [];
  return gathered(
    foreignOwner(base, { entries, top, userId }),
    ...entries.map((entry) => modeFinding(base, entry, userId)),
  );
}

/** What makes files of the store ours again. */
export function ownRemedy(base: string, { userId }: Computer): string {
  return `${userId === 0 ? '' : 'sudo '}chown -R ${userId ?? ''} ${quoted(base)} && chmod -R u+rwX ${quoted(base)}`;
}

/** Whether there is a file that the system does not let us read. */
export function isRefused(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(() => false, isForbidden);
}

async function walk(path: string): Promise<Entry[]> {
  const found = await lstat(path).catch(() => undefined);
  // Links lead to what is the user's own; sockets hold nothing.
  if (!found || !(found.isDirectory() || found.isFile())) return [];
  const entry = { path, isFolder: found.isDirectory(), mode: found.mode & 0o777, owner: found.uid };
  if (!entry.isFolder) return [entry];
  const names = await readdir(path).catch(() => []);
  const below = await Promise.all(names.sort().map((name) => walk(join(path, name))));
  return [entry, ...below.flat()];
}

function modeFinding(base: string, entry: Entry, userId: number): Finding | undefined {
  const { path, mode, isFolder, owner } = entry;
  const excess = mode & (isFolder || !isPublic(entry) ? OTHERS : OTHERS_WRITE);
  const lack = (isFolder ? OWNER_OF_FOLDER : OWNER_OF_FILE) & ~mode;
  if (excess === 0 && lack === 0) return undefined;
  const good = (mode & ~excess) | lack;
  const verb = (excess & OTHERS_WRITE) === 0 ? 'read' : 'changed';
  const who = excess === 0 ? 'cannot be read by its owner' : `can be ${verb} by other users`;
  const isOurs = userId === 0 || owner === userId;
  return {
    id: 'store-permission',
    severity: excess !== 0 && isFolder && verb === 'read' ? 'warning' : 'error',
    fact: `${nameOf(base, path)} ${who} (mode ${octal(mode)})`,
    remedy: `${isOurs ? '' : 'sudo '}chmod ${octal(good)} ${quoted(path)}`,
    ...(isOurs ? { mend: { kind: 'mode', path, mode: good } } : {}),
  };
}

function isPublic({ path }: Entry): boolean {
  return PUBLIC.test(path.split('/').at(-1) ?? '');
}

interface Ownership {
  readonly entries: readonly Entry[];
  /** The store's folder itself, whose owner's the whole should be. */
  readonly top: Entry;
  readonly userId: number;
}

function foreignOwner(base: string, { entries, top, userId }: Ownership): Finding | undefined {
  const wanted = userId === 0 ? top.owner : userId;
  const foreign = entries.filter(({ owner }) => owner !== wanted);
  const [first] = foreign;
  if (!first) return undefined;
  const those = foreign.length === 1 ? ' belongs' : ` and ${foreign.length - 1} more belong`;
  return {
    id: 'store-owner',
    severity: 'error',
    fact: `${nameOf(base, first.path)}${those} to the user ${first.owner}, not to ${wanted}`,
    remedy: `${userId === 0 ? '' : 'sudo '}chown -R ${wanted} ${quoted(base)}`,
    details: foreign.map(({ path }) => path),
  };
}

/** Locks whose owners were killed. Whoever comes next breaks them, so they hold up nobody; they only look bad. */
export async function examineLocks(base: string): Promise<readonly Finding[]> {
  const locks = join(base, 'locks');
  const names = await readdir(locks).catch(() => []);
  const found = await Promise.all(
    names.sort().map(async (name): Promise<readonly Finding[]> => {
      const folder = join(locks, name);
      const tickets = await abandonedTickets(folder).catch(() => []);
      if (tickets.length === 0) return [];
      return [
        {
          id: 'lock-stale',
          severity: 'warning',
          fact: `the lock of ${lockedThing(name)} is that of a process that was killed`,
          remedy: 'berth doctor --fix',
          mend: { kind: 'unlock', folder, tickets },
        },
      ];
    }),
  );
  return found.flat();
}

/** The store names the locks of clusters so, and that of the authority. */
function lockedThing(name: string): string {
  if (name === '.ca') return 'the certificate authority';
  return name.startsWith('swarm_') ? `cluster "${name.slice('swarm_'.length)}"` : `machine "${name}"`;
}

function nameOf(base: string, path: string): string {
  return relative(base, path) || 'the store';
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** As a shell takes it. */
export function quoted(path: string): string {
  return /^[\w/.:=@%+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
