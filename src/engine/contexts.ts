import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What one docker context of a machine holds; PEM texts only with a TLS engine. */
export interface DockerContext {
  readonly name: string;
  /** Identifies the machine, so that a context somebody else made under the same name is never touched. */
  readonly machineId: string;
  /** The store that the machine stands in: several may share one docker client. */
  readonly storeId?: string;
  /** DOCKER_HOST of the machine. */
  readonly url: string;
  readonly tls?: { readonly authority: string; readonly certificate: string; readonly privateKey: string };
}

/**
 * Writes the context in the docker client's own layout (docker/cli, cli/context/store): `contexts/meta/<id>/meta.json` and
 * `contexts/tls/<id>/docker/*.pem` below its configuration folder, <id> being the SHA-256 of the name. The current context is
 * never switched. Returns false, and changes nothing, when a context of that name belongs to somebody else.
 */
export async function writeContext(configFolder: string, context: DockerContext): Promise<boolean> {
  if (!isContextName(context.name)) return false;
  const owner = await ownerOf(configFolder, context.name);
  if (owner !== undefined && owner !== context.machineId) return false;
  const { meta, tls } = foldersOf(configFolder, context.name);
  if (context.tls) {
    await replaceFile(join(tls, 'docker'), 'ca.pem', context.tls.authority);
    await replaceFile(join(tls, 'docker'), 'cert.pem', context.tls.certificate);
    await replaceFile(join(tls, 'docker'), 'key.pem', context.tls.privateKey);
  } else {
    await rm(tls, { recursive: true, force: true });
  }
  await replaceFile(meta, 'meta.json', JSON.stringify(metaOf(context)));
  return true;
}

/** Removes the context if it is the machine's own, and tells whether it was; nothing there is success. */
export async function removeContext(configFolder: string, name: string, machineId: string): Promise<boolean> {
  if ((await ownerOf(configFolder, name)) !== machineId) return false;
  const { meta, tls } = foldersOf(configFolder, name);
  await rm(meta, { recursive: true, force: true });
  await rm(tls, { recursive: true, force: true });
  return true;
}

/** The context of the client's own configuration, which it takes where neither flag nor variable says more; '' for its default. */
export async function currentContext(configFolder: string): Promise<string> {
  try {
    const config = JSON.parse(await readFile(join(configFolder, 'config.json'), 'utf8')) as Record<string, unknown>;
    return typeof config['currentContext'] === 'string' ? config['currentContext'] : '';
  } catch {
    return '';
  }
}

/** A context that some berth has made. */
export interface OwnContext {
  readonly name: string;
  readonly machineId: string;
  readonly storeId: string;
  readonly url: string;
}

export interface Contexts {
  /** Of all contexts of the client but its default. */
  readonly names: readonly string[];
  readonly own: readonly OwnContext[];
  /** Folders of those that nobody can read; with one of them the client lists none. */
  readonly broken: readonly string[];
}

/** The docker client's contexts, and more of those that berth has made. */
export async function readContexts(configFolder: string): Promise<Contexts> {
  const folder = join(configFolder, 'contexts', 'meta');
  const ids = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    ids.map(async (id) => {
      const text = await readFile(join(folder, id, 'meta.json'), 'utf8').catch(() => undefined);
      return { folder: join(folder, id), isThere: text !== undefined, context: parsedMeta(text ?? '') };
    }),
  );
  const contexts = found.flatMap(({ context }) => context ?? []);
  return {
    names: contexts.map(({ name }) => name),
    own: contexts.filter(({ machineId }) => machineId !== ''),
    broken: found.filter(({ isThere, context }) => isThere && !context).map((one) => one.folder),
  };
}

/** What the context shows to the engine: authority and client pair in one text. */
export async function contextCertificates(configFolder: string, name: string): Promise<string> {
  const { tls } = foldersOf(configFolder, name);
  const read = (file: string): Promise<string> => readFile(join(tls, 'docker', file), 'utf8').catch(() => '');
  return (await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map(read))).join('');
}

function parsedMeta(text: string): OwnContext | undefined {
  try {
    const { Name, Metadata, Endpoints } = JSON.parse(text) as Meta;
    if (typeof Name !== 'string') return undefined;
    const words = (value: unknown): string => (typeof value === 'string' ? value : '');
    const [machineId, storeId] = [words(Metadata?.BerthMachine), words(Metadata?.BerthStore)];
    return { name: Name, machineId, storeId, url: words(Endpoints?.docker?.Host) };
  } catch {
    return undefined;
  }
}

interface Meta {
  readonly Name?: unknown;
  readonly Metadata?: { readonly BerthMachine?: unknown; readonly BerthStore?: unknown };
  readonly Endpoints?: { readonly docker?: { readonly Host?: unknown } };
}

/** The client's rule for names, without the one it reserves. */
export function isContextName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/.test(name) && name !== 'default';
}

function foldersOf(configFolder: string, name: string): { meta: string; tls: string } {
  const id = createHash('sha256').update(name).digest('hex');
  return { meta: join(configFolder, 'contexts', 'meta', id), tls: join(configFolder, 'contexts', 'tls', id) };
}

function metaOf({ name, machineId, storeId, url }: DockerContext): unknown {
  return {
    Name: name,
    Metadata: {
      Description: 'made by berth',
      BerthMachine: machineId,
      ...(storeId === undefined ? {} : { BerthStore: storeId }),
    },
    Endpoints: { docker: { Host: url, SkipTLSVerify: false } },
  };
}

/** The id of the machine a context belongs to, '' for somebody else's, undefined when there is no such context. */
async function ownerOf(configFolder: string, name: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(join(foldersOf(configFolder, name).meta, 'meta.json'), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const meta = JSON.parse(text) as { Metadata?: { BerthMachine?: unknown } };
    return typeof meta.Metadata?.BerthMachine === 'string' ? meta.Metadata.BerthMachine : '';
  } catch {
    return '';
  }
}

async function replaceFile(folder: string, file: string, content: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const beside = join(folder, `.${file}.${process.pid}`);
  await writeFile(beside, content, { mode: 0o600 });
  await rename(beside, join(folder, file));
}
