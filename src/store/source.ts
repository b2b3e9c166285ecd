import { cp, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MachineError } from '../errors.js';
import { isObject } from '../json.js';
import { parseName, type MachineName } from '../name.js';
import { isFolder } from './atomic.js';
import { objectAt, textAt } from './fields.js';
import { parseGoJson } from './go-json.js';

/** How far below an archive's top a store may lie: `home/alice/.docker/machine`. Real folders are taken at their word. */
const DEEPEST = 4;
/** What of a store is no machine's and yet needed: the authority and the client's pair. */
const CERTIFICATES = ['ca.pem', 'ca-key.pem', 'cert.pem', 'key.pem'];

/** Copies the machines and certificates of the store in a folder, or the one machine whose folder it is. */
export async function copyStore(from: string, to: string): Promise<void> {
  await transfer({ from, to, title: from, deepest: 0, nameOf: async () => parseName(basename(from)), put: copy });
}

/** The same out of an archive that was unpacked: it is taken apart, and a machine that lies at its top has its record's name. */
export async function moveStore(from: string, to: string, title: string): Promise<void> {
  await transfer({ from, to, title, deepest: DEEPEST, nameOf: () => recordedName(from, title), put: rename });
}

interface Transfer {
  readonly from: string;
  readonly to: string;
  /** What messages call the source. */
  readonly title: string;
  readonly deepest: number;
  readonly nameOf: () => Promise<MachineName>;
  readonly put: (from: string, to: string) => Promise<void>;
}

async function transfer({ from, to, title, deepest, nameOf, put }: Transfer): Promise<void> {
  const machines = join(to, 'machines');
  await mkdir(machines, { recursive: true, mode: 0o700 });
  const base = await storeIn(from, deepest);
  if (base === undefined) {
    if (!(await isFile(join(from, 'config.json')))) throw nothingIn(title);
    return put(from, join(machines, await nameOf()));
  }
  for (const name of await foldersIn(join(base, 'machines')))
    await put(join(base, 'machines', name), join(machines, name));
  await mkdir(join(to, 'certs'), { mode: 0o700 });
  for (const file of CERTIFICATES)
    if (await isFile(join(base, 'certs', file))) await put(join(base, 'certs', file), join(to, 'certs', file));
}

function nothingIn(title: string): MachineError {
  return new MachineError('BadUsage', `"${title}" holds no machines`, {
    suggestions: ['Name a folder that holds machines/, an archive of berth export, or a .tar.gz of a store'],
  });
}

/** The folder at or below this one that has machines/, the one nearest to the top. */
async function storeIn(top: string, deepest: number): Promise<string | undefined> {
  let level = [top];
  for (let depth = 0; depth <= deepest && level.length > 0; depth += 1) {
    for (const folder of level) if ((await foldersIn(join(folder, 'machines'))).length > 0) return folder;
    const below = level.map(async (folder) => (await foldersIn(folder, true)).map((name) => join(folder, name)));
    level = (await Promise.all(below)).flat();
  }
  return undefined;
}

async function foldersIn(folder: string, hidden = false): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && (hidden || !entry.name.startsWith('.')))
    .map(({ name }) => name)
    .sort();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The archive's own folder says nothing, so the record has to. */
async function recordedName(folder: string, title: string): Promise<MachineName> {
  const document = await parsed(join(folder, 'config.json'));
  if (!isObject(document)) throw nothingIn(title);
  return parseName(textAt(document, 'Name') || textAt(objectAt(document, 'Driver'), 'MachineName'));
}

async function parsed(path: string): Promise<unknown> {
  try {
    return parseGoJson(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Links are followed: a login key may be one. Sockets of a running machine and half-written files stay behind. */
async function copy(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    dereference: true,
    filter: async (path) => !/\.tmp[^/]*$/.test(path) && ((await isFile(path)) || (await isFolder(path))),
  });
}
