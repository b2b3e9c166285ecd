import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { qemuArguments, qemuProgram, type Boot } from '../../../drivers/qemu/arguments.js';
import type { QemuMachine } from '../../../drivers/qemu/index.js';
import { IMAGE_FILES, KERNEL_COMMAND_LINE, SEEDS } from '../../../src/os/contract.js';
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
/** Where the OS of a machine in this folder lies. */
const systemIn = (folder: string, slash = '/'): Pick<Boot, 'system'> => {
  const [kernel = '', initrd = '', root = ''] = IMAGE_FILES.map((name) =>
    [folder, 'os', 'debian12-amd64-0123456789', name].join(slash),
  );
  return { system: { kernel, initrd, root } };
};
const common = { machine, seed, ...systemIn(machine.folder) } as const;

const APPLE = '/Users/me/Library/Application Support/berth/qemu/dev-01234567';
const WINDOWS = 'C:\\Users\\me, too\\AppData\\Local\\berth\\qemu\\dev-01234567';

const boots: Readonly<Record<string, Boot>> = {
  'linux-kvm': { ...common, platform: 'linux', accel: 'kvm' },
  'linux-tcg': { ...common, platform: 'linux', accel: 'tcg' },
  'linux-arm64-kvm': { ...common, platform: 'linux', machine: { ...machine, arch: 'arm64' }, accel: 'kvm' },
  'linux-arm64-tcg': { ...common, platform: 'linux', machine: { ...machine, arch: 'arm64' }, accel: 'tcg' },
  'darwin-hvf': {
    platform: 'darwin',
    machine: {
      ...machine,
      ...{ arch: 'arm64', folder: APPLE },
      ...{ address: '127.0.0.1', sshPort: 50_022, enginePort: 50_376 },
    },
    accel: 'hvf',
    seed,
    ...systemIn(APPLE),
  },
  'win32-whpx': {
    platform: 'win32',
    machine: { ...machine, folder: WINDOWS },
    accel: 'whpx',
    seed,
    ...systemIn(WINDOWS, '\\'),
  },
  resumed: { ...common, platform: 'linux', accel: 'kvm', from: '.suspended' },
  'on-trial': { ...common, platform: 'linux', accel: 'kvm', onTrial: true },
  bridged: { ...common, platform: 'linux', machine: { ...machine, network: 'bridge:br0' }, accel: 'kvm' },
  shared: {
    ...common,
    platform: 'linux',
    machine: {
      ...machine,
      forwards: [{ protocol: 'udp', address: '0.0.0.0', from: 5353, to: 53 }],
      shares: [{ source: '/home/me/site', place: '/srv/site' }],
    },
    accel: 'kvm',
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
