import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { NewHost } from '../../src/driver.js';
import { SEEDS } from '../../src/os/contract.js';
import { FILES } from './place.js';

/** What the OS is told by QEMU at its boot, in files that nobody else can read: the host's private key is among them. */
export async function writeSeed(folder: string, host: NewHost<unknown>): Promise<void> {
  const { publicKey, hostKey, name } = host;
  const place = `${folder}/${FILES.seed}`;
  await mkdir(place, { recursive: true, mode: 0o700 });
  await chmod(place, 0o700);
  const values: readonly (readonly [entry: string, value: string])[] = [
    [SEEDS.authorizedKeys, `${publicKey.trim()}\n`],
    [SEEDS.hostName, `${name}\n`],
    ...(hostKey ? [[SEEDS.hostKey, hostKey.privateKey] as const] : []),
  ];
  for (const [entry, value] of values) await writeFile(`${place}/${basename(entry)}`, value, { mode: 0o600 });
}

/** The entries that a machine's seed has, as QEMU names them. */
export async function seedNames(folder: string): Promise<readonly string[]> {
  const there = await readdir(`${folder}/${FILES.seed}`);
  return Object.values(SEEDS).filter((entry) => there.includes(basename(entry)));
}
