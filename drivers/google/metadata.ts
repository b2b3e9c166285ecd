import { readFile } from 'node:fs/promises';
import { TAG } from '../../src/cloud/owner.js';
import { userData } from '../../src/cloud/user-data.js';
import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Metadata } from './api.js';
import type { GoogleOptions } from './options.js';
import { together } from '../../src/cloud/together.js';

/** Limit of one value in bytes (cloud.google.com/compute/docs/metadata/setting-custom-metadata). */
const LONGEST_VALUE = 262_144;

/**
 * The metadata of a new instance. Ubuntu's images have cloud-init, which reads `user-data`; Google's agent, on those without
 * it too, reads `ssh-keys`, unless the project has OS Login, which ignores keys.
 * @throws MachineError BadOption, CheckFailed
 */
export async function metadataOf(host: NewHost<GoogleOptions>): Promise<Metadata> {
  const { options, name, publicKey } = host;
  const user = options.username;
  const { 'user-data': ownData, 'ssh-keys': ownKeys, ...own } = await ownMetadata(options);
  const userdata = options.userdata === undefined ? ownData : await textFile(options.userdata, 'google-userdata');
  const items = {
    'enable-oslogin': 'FALSE',
    ...own,
    [TAG.machine]: name,
    'ssh-keys': [...(ownKeys === undefined ? [] : [ownKeys.trim()]), `${user}:${publicKey.trim()}`].join('\n'),
    'user-data': userData({ host, user, own: userdata ?? '', limit: LONGEST_VALUE }),
  };
  return { items: Object.entries(items).map(([key, value]) => ({ key, value })) };
}

/** The value of one key. */
export function metadataValue(metadata: Metadata | undefined, key: string): string | undefined {
  return metadata?.items?.find((item) => item.key === key)?.value;
}

async function ownMetadata(options: GoogleOptions): Promise<Readonly<Record<string, string>>> {
  const given = options.metadata.map((text) => pairOf(text, 'google-metadata'));
  const files = await together(
    options['metadata-from-file'].map(async (text) => {
      const [key, path] = pairOf(text, 'google-metadata-from-file');
      return [key, await textFile(path, 'google-metadata-from-file')] as const;
    }),
  );
  return Object.fromEntries([...given, ...files]);
}

function pairOf(text: string, option: string): readonly [string, string] {
  const at = text.indexOf('=');
  // The value may be anything, a secret of the user's too.
  if (at < 1 || !/^[a-zA-Z0-9_-]{1,128}$/.test(text.slice(0, at)))
    throw new MachineError('BadOption', `option --${option} wants key=value with letters, digits, _ and - in the key`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function textFile(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MachineError('BadOption', `cannot read the file of option --${option}: "${path.slice(-40)}"`, { cause });
  }
}
