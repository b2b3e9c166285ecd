import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NewHost } from '../../src/driver.js';
import type { NspawnOptions } from './index.js';
import { run } from '../../src/local-program.js';

interface Planted {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** Folders of the disk with their modes: what the machine writes over the shared system, and the engine's own data. */
const FOLDERS: readonly (readonly [path: string, mode: number])[] = [
  ['upper', 0o755],
  ['upper/etc', 0o755],
  ['upper/etc/ssh', 0o755],
  ['upper/root', 0o700],
  ['upper/root/.ssh', 0o700],
  ['work', 0o755],
  ['docker', 0o710],
  ['containerd', 0o711],
];

/** The machine's disk, an ext4 image that takes only the space used; one that is complete stays as it is. */
export async function ensureDisk(folder: string, host: NewHost<NspawnOptions>, signal: AbortSignal): Promise<void> {
  const image = join(folder, 'disk.img');
  if (existsSync(image)) return;
  const staging = join(folder, 'staging');
  const unfinished = join(folder, 'disk.img.new');
  await rm(staging, { recursive: true, force: true });
  await rm(unfinished, { force: true });
  await stage(staging, planted(host));
  await writeFile(unfinished, '', { mode: 0o600 });
  await truncate(unfinished, host.options['disk-size'] * 1_000_000);
  await run(['mkfs.ext4', '-q', '-F', '-m', '1', '-d', staging, unfinished], 'make the disk', signal);
  await rm(staging, { recursive: true, force: true });
  await rename(unfinished, image);
}

async function stage(folder: string, files: readonly Planted[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [path, mode] of FOLDERS) {
    await mkdir(join(folder, path));
    await chmod(join(folder, path), mode);
  }
  for (const { path, content, mode } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode });
    await chmod(join(folder, path), mode);
  }
}

/** Keys to log in with and to be known by, in place before the first boot. */
function planted({ name, id, publicKey, hostKey }: NewHost<NspawnOptions>): readonly Planted[] {
  const machineId = createHash('sha256').update(id).digest('hex').slice(0, 32);
  return [
    { path: 'upper/root/.ssh/authorized_keys', content: `${publicKey.trim()}\n`, mode: 0o600 },
    { path: 'upper/etc/hostname', content: `${name}\n`, mode: 0o644 },
    { path: 'upper/etc/hosts', content: `127.0.0.1 localhost\n127.0.1.1 ${name}\n::1 localhost\n`, mode: 0o644 },
    { path: 'upper/etc/machine-id', content: `${machineId}\n`, mode: 0o444 },
    ...(hostKey
      ? [
          { path: 'upper/etc/ssh/ssh_host_ed25519_key', content: hostKey.privateKey, mode: 0o600 },
          { path: 'upper/etc/ssh/ssh_host_ed25519_key.pub', content: `${hostKey.publicKey.trim()}\n`, mode: 0o644 },
        ]
      : []),
  ];
}
