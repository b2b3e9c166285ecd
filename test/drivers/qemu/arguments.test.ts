import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { qemuArguments, qemuProgram, type Boot } from '../../../drivers/qemu/arguments.js';
import type { QemuMachine } from '../../../drivers/qemu/index.js';
import { KERNEL_COMMAND_LINE, SEEDS } from '../../../src/os/contract.js';
import { goldenFile } from '../../helpers/golden.js';

const machine: QemuMachine = {
  folder: '/home/me/.local/share/berth/qemu/dev-01234567',
  hostname: 'dev',
  arch: 'amd64',
  accel: 'auto',
  memory: 1024,
  cpus: 2,
  network: 'user',
  mac: '52:54:00:12:34:56',
  address: '127.77.1.2',
  sshPort: 2222,
  enginePort: 2376,
  forwards: [],
  shares: [],
  autostart: false,
};
const seed = Object.values(SEEDS);

const boots: Readonly<Record<string, Boot>> = {
  'linux-kvm': { platform: 'linux', machine, accel: 'kvm', seed },
  'linux-tcg': { platform: 'linux', machine, accel: 'tcg', seed },
  'linux-arm64-kvm': { platform: 'linux', machine: { ...machine, arch: 'arm64' }, accel: 'kvm', seed },
  'linux-arm64-tcg': { platform: 'linux', machine: { ...machine, arch: 'arm64' }, accel: 'tcg', seed },
  'darwin-hvf': {
    platform: 'darwin',
    machine: {
      ...machine,
      ...{ arch: 'arm64', folder: '/Users/me/Library/Application Support/berth/qemu/dev-01234567' },
      ...{ address: '127.0.0.1', sshPort: 50_022, enginePort: 50_376 },
    },
    accel: 'hvf',
    seed,
  },
  'win32-whpx': {
    platform: 'win32',
    machine: { ...machine, folder: 'C:\\Users\\me, too\\AppData\\Local\\berth\\qemu\\dev-01234567' },
    accel: 'whpx',
    seed,
  },
  resumed: { platform: 'linux', machine, accel: 'kvm', seed, from: '.suspended' },
  bridged: { platform: 'linux', machine: { ...machine, network: 'bridge:br0' }, accel: 'kvm', seed },
  shared: {
    platform: 'linux',
    machine: {
      ...machine,
      forwards: [{ protocol: 'udp', address: '0.0.0.0', from: 5353, to: 53 }],
      shares: [{ source: '/home/me/site', place: '/srv/site' }],
    },
    accel: 'kvm',
    seed,
    shareSockets: ['/home/me/.local/share/berth/qemu/dev-01234567/share0.sock'],
  },
};

describe("qemu's command line", () => {
  it.each(Object.keys(boots))('is for %s as it is written down', (name) => {
    const words = qemuArguments(boots[name] as Boot);

    // One option with its value a line.
    const lines = words.join('\n').replaceAll(/^(-\S+)\n(?!-)/gm, '$1 ');
    const text = `${lines.replace(KERNEL_COMMAND_LINE, 'KERNEL_COMMAND_LINE')}\n`;
    expect(text).toBe(goldenFile(join(import.meta.dirname, '../../golden/qemu', `${name}.txt`), text));
  });

  it.each([
    ['amd64', 'linux', 'qemu-system-x86_64'],
    ['arm64', 'darwin', 'qemu-system-aarch64'],
    ['amd64', 'win32', 'qemu-system-x86_64.exe'],
  ] as const)('is for a machine of %s on %s one of %s', (arch, platform, program) => {
    expect(qemuProgram(arch, platform)).toBe(program);
  });
});
