import { defineDriver, type OptionsOf, type OptionTable } from '../../src/driver.js';
import type { JsonObject } from '../../src/record.js';

export const ACCELERATORS = ['auto', 'kvm', 'hvf', 'whpx', 'tcg'] as const;
export const ARCHITECTURES = ['host', 'amd64', 'arm64'] as const;

const options = {
  memory: { kind: 'integer', default: 1024, min: 256, env: 'QEMU_MEMORY_SIZE', help: 'memory in MB' },
  'cpu-count': {
    kind: 'integer',
    default: 2,
    min: -1,
    env: 'QEMU_CPU_COUNT',
    help: "processors, -1 for all of this computer's",
  },
  'disk-size': {
    kind: 'integer',
    default: 20_000,
    min: 512,
    env: 'QEMU_DISK_SIZE',
    help: 'size of the disk in MB; only what is used takes space',
  },
  image: { kind: 'string', env: 'QEMU_IMAGE', help: 'image of the OS, as berth os ls names it; the newest otherwise' },
  'image-url': {
    kind: 'string',
    env: 'QEMU_IMAGE_URL',
    help: 'image to download unless it is here: URL#sha256=SUM or URL#key=KEY',
  },
  accel: {
    kind: 'string',
    default: 'auto',
    choices: ACCELERATORS,
    env: 'QEMU_ACCEL',
    help: 'what runs the processor; auto takes the one that works here',
  },
  arch: {
    kind: 'string',
    default: 'host',
    choices: ARCHITECTURES,
    env: 'QEMU_ARCH',
    help: 'processor of the machine; another than the own one is emulated',
  },
  forward: {
    kind: 'list',
    help: 'port to pass on: PORT or OWN:MACHINE, [ADDRESS:] before it, [/udp] after it',
  },
  'share-folder': {
    kind: 'list',
    help: 'folder to share: FOLDER or FOLDER:PLACE (Linux alone)',
  },
  network: {
    kind: 'string',
    default: 'user',
    env: 'QEMU_NETWORK',
    help: 'user needs no rights; bridge:NAME or tap:NAME joins a network of this computer',
  },
  autostart: {
    kind: 'boolean',
    env: 'QEMU_AUTOSTART',
    help: 'start the machine when this computer or its user starts',
  },
} as const satisfies OptionTable;
export type QemuOptions = OptionsOf<typeof options>;
export type Accelerator = Exclude<(typeof ACCELERATORS)[number], 'auto'>;
export type Architecture = Exclude<(typeof ARCHITECTURES)[number], 'host'>;

/** All that is needed to find a machine, start it again or remove it. */
export type QemuMachine = {
  /** Absolute; everything of the machine lies in it. */
  readonly folder: string;
  readonly hostname: string;
  readonly arch: Architecture;
  /** What the user asked for: `auto` is tried anew at each boot. */
  readonly accel: QemuOptions['accel'];
  /** MB. */
  readonly memory: number;
  readonly cpus: number;
  readonly network: string;
  readonly mac: string;
  /** Of this computer, where its ports are passed on from. */
  readonly address: string;
  readonly sshPort: number;
  /** The same on this computer and in the machine, so that the engine is told one port. */
  readonly enginePort: number;
  readonly forwards: readonly Forward[];
  readonly shares: readonly Share[];
  readonly autostart: boolean;
};
export type Forward = {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  /** Port of this computer. */
  readonly from: number;
  /** Port of the machine. */
  readonly to: number;
};
export type Share = { readonly source: string; readonly place: string };

/** A virtual machine of the minimal container host OS on this computer. */
export const qemu = defineDriver({
  name: 'qemu',
  title: 'QEMU on this computer',
  options,
  features: { plantsKeys: true, powers: true, ssh: true, local: true },
  asks: ['memory', 'cpu-count', 'disk-size'],
  toStored: (options, resource: QemuMachine | undefined) => ({
    Memory: resource?.memory ?? options.memory,
    CPU: resource?.cpus ?? options['cpu-count'],
    DiskSize: options['disk-size'],
    Image: options.image ?? '',
    ImageURL: options['image-url'] ?? '',
    Accel: options.accel,
    Arch: options.arch,
    Forward: options.forward,
    ShareFolder: options['share-folder'],
    Network: options.network,
    Autostart: options.autostart,
    Machine: resource ?? null,
  }),
  fromStored: (stored) => {
    const resource = stored['Machine'];
    const image = textIn(stored, 'Image', '');
    const url = textIn(stored, 'ImageURL', '');
    return {
      options: {
        memory: Number(stored['Memory']) || options.memory.default,
        'cpu-count': Number(stored['CPU']) || options['cpu-count'].default,
        'disk-size': Number(stored['DiskSize']) || options['disk-size'].default,
        ...(image === '' ? {} : { image }),
        ...(url === '' ? {} : { 'image-url': url }),
        accel: oneOf(ACCELERATORS, stored['Accel'], 'auto'),
        arch: oneOf(ARCHITECTURES, stored['Arch'], 'host'),
        forward: textsIn(stored, 'Forward'),
        'share-folder': textsIn(stored, 'ShareFolder'),
        network: textIn(stored, 'Network', options.network.default),
        autostart: stored['Autostart'] === true,
      },
      ...(isMachine(resource) ? { resource } : {}),
    };
  },
  login: () => ({ user: 'docker', port: 22 }),
  load: async () => (await import('./driver.js')).driver,
});

function isMachine(value: unknown): value is QemuMachine {
  return typeof value === 'object' && value !== null && 'folder' in value && typeof value.folder === 'string';
}

function textIn(stored: JsonObject, key: string, fallback: string): string {
  const value = stored[key];
  return typeof value === 'string' && value !== '' ? value : fallback;
}

function textsIn(stored: JsonObject, key: string): readonly string[] {
  const value = stored[key];
  return Array.isArray(value) ? value.map(String) : [];
}

function oneOf<const T extends string>(values: readonly T[], value: unknown, fallback: T): T {
  return values.find((one) => one === value) ?? fallback;
}
