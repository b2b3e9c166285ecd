import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image, Manifest } from '../../../src/os/contract.js';
import type { ReplaceWish, ServerFacts } from '../../../src/replace/contract.js';

export const HOST_KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIHostKey';
export const LOGIN_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILogin ada@laptop';

/** A rented Debian with an address by DHCP. */
export const SERVER: ServerFacts = {
  os: { id: 'debian', like: [], version: '12', codename: 'bookworm', title: 'Debian GNU/Linux 12 (bookworm)' },
  arch: 'x86_64',
  hostname: 'rented',
  bootId: 'b0071d',
  memoryMib: 1_000,
  availableMib: 800,
  firmware: 'BIOS',
  hasKexec: true,
  isKexecDisabled: false,
  lockdown: 'none',
  lacks: [],
  commandLine: 'root=/dev/vda1 ro console=tty0 console=ttyS0,115200 quiet',
  rootDisks: ['vda'],
  disks: [{ name: 'vda', mib: 40_960, key: '/sys/devices/pci0000:00/0000:00:04.0/virtio,83886080', model: 'QEMU' }],
  mounted: [{ disk: 'vda', usedMib: 1_536, path: '/' }],
  network: {
    ...{ link: 'eth0', card: 'eth0', mac: '52:54:00:12:34:56', nameservers: ['192.0.2.53'] },
    ipv4: { addresses: [{ address: '192.0.2.7/24', dynamic: true }], gateway: '192.0.2.1' },
    ipv6: { addresses: [] },
  },
  authorizedKeys: `${LOGIN_KEY}\n`,
  hostKeys: [`ssh-ed25519 ${HOST_KEY}`],
  ...{ user: 'root', sshPort: 22, containers: 0, volumes: 0 },
};

export const FIXED: ServerFacts['network'] = {
  ...SERVER.network,
  ipv4: {
    addresses: [
      { address: '192.0.2.7/24', dynamic: false },
      { address: '192.0.2.8/32', dynamic: false },
    ],
    gateway: '192.0.2.1',
  },
  ipv6: { addresses: [{ address: '2001:db8::7/64', dynamic: false }], gateway: 'fe80::1' },
};

/** Bytes of an image's files as large as real ones. */
const REAL = { kernel: 14_186_432, initramfs: 2_034_116, 'loader.tar.gz': 2_500_000, 'root.squashfs': 84_430_848 };

export function imageOf(sizes: Readonly<Record<string, number>> = REAL, folder = '/images/one'): Image {
  const files = Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, { sha256: '', bytes }]));
  const manifest = { name: 'debian12-amd64-0123456789', arch: 'amd64', kernel: '6.1.0-9-cloud-amd64', files };
  return { folder, manifest: manifest as unknown as Manifest, addedAt: 0 };
}

/** A small image whose files are really there. */
export function smallImage(folder: string): Image {
  const sizes = { kernel: 700, initramfs: 301, 'loader.tar.gz': 99, 'root.squashfs': 5_001 };
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(sizes)) writeFileSync(join(folder, name), Buffer.alloc(bytes, name));
  return imageOf(sizes, folder);
}

export function wishOf(changes: Partial<ReplaceWish> = {}): ReplaceWish {
  return { name: 'web-1', image: imageOf(), enginePort: 2_376, knownKeys: [HOST_KEY], ...changes };
}
