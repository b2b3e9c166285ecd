import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MachineError, systemCode } from '../errors.js';
import { fingerprintOf } from './keys.js';

export interface KnownHost {
  /** As written: names parted by commas, or one hashed name. */
  readonly names: string;
  readonly type: string;
  readonly key: Buffer;
  readonly marker?: string;
}

export interface HostKeyCheck {
  readonly path: string;
  /** What messages call the host. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly key: Buffer;
}

/** An absent file is an empty one. Lines that are no entries are passed over. */
export async function readKnownHosts(path: string): Promise<KnownHost[]> {
  return parseKnownHosts(await textOf(path));
}

export function parseKnownHosts(text: string): KnownHost[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [names, type, base64] = words;
    if (!names || names.startsWith('#') || !type || !base64) return [];
    return [{ names, type, key: Buffer.from(base64, 'base64'), ...(marker ? { marker } : {}) }];
  });
}

/**
 * The rule for a machine's own file: any line's key will do, whatever address it was written under, since machines change
 * their addresses; the first key ever seen is written down; any other is refused.
 * @throws MachineError HostKeyChanged
 */
export async function checkMachineKey(check: HostKeyCheck): Promise<void> {
  const known = (await readKnownHosts(check.path)).filter(({ marker }) => marker === undefined);
  if (known.some(({ key }) => key.equals(check.key))) return;
  if (known.length === 0) return addKnownHost(check);
  throw changed(check, known);
}

/**
 * The rule for hosts on the way, in the user's own known_hosts: the key must stand there under the host's name.
 * @throws MachineError HostKeyChanged
 */
export async function checkUserKey(check: HostKeyCheck): Promise<void> {
  const entries = (await readKnownHosts(check.path)).filter(({ names }) => namesMatch(names, check));
  const isRevoked = entries.some(({ marker, key }) => marker === '@revoked' && key.equals(check.key));
  const known = entries.filter(({ marker }) => marker === undefined);
  if (!isRevoked && known.some(({ key }) => key.equals(check.key))) return;
  if (known.length > 0) throw changed(check, known);
  throw new MachineError('HostKeyChanged', `the host key of the jump host "${check.name}" is not known`, {
    suggestions: [
      `ssh -p ${check.port} ${check.host} true`,
      `Compare the fingerprint that ssh shows with ${fingerprintOf(check.key)}`,
    ],
  });
}

/** Adds one line; the file is replaced as a whole, so a reader never sees half of it. */
export async function addKnownHost({ path, host, port, key }: HostKeyCheck): Promise<void> {
  const before = await textOf(path);
  const joint = before === '' || before.endsWith('\n') ? '' : '\n';
  const line = `${knownName(host, port)} ${keyType(key)} ${key.toString('base64')}\n`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(before + joint + line);
    await file.sync();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** How known_hosts names a host: brackets and port only where the port is not 22. */
export function knownName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** A key as it travels begins with its type (RFC 4253 §6.6). */
export function keyType(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString();
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw new MachineError('StoreUnusable', `cannot read "${path}"`, { cause: error });
  });
}

function changed({ path, name, key }: HostKeyCheck, known: readonly KnownHost[]): MachineError {
  const before = (known.find(({ type }) => type === keyType(key)) ?? known[0])?.key ?? key;
  const message = `the host key of "${name}" changed from ${fingerprintOf(before)} to ${fingerprintOf(key)}`;
  return new MachineError('HostKeyChanged', message, {
    suggestions: [
      'Find out why before going on: somebody may stand between you and the host',
      `If the host was really reinstalled, remove its old line from ${path}`,
    ],
  });
}

/** Whether an entry is of this host: by name, pattern or hash. */
export function namesMatch(names: string, { host, port }: { readonly host: string; readonly port: number }): boolean {
  const name = knownName(host, port).toLowerCase();
  if (names.startsWith('|1|')) return hashMatches(names, name);
  const patterns = names.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && globMatches(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => globMatches(pattern, name));
}

/** `|1|salt|HMAC-SHA1 of the name`, both in base64 (HashKnownHosts in ssh_config(5)). */
function hashMatches(hashed: string, name: string): boolean {
  const [, , salt = '', hash] = hashed.split('|');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function globMatches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
