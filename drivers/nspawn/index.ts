import { defineDriver, type OptionsOf, type OptionTable } from '../../src/driver.js';

const options = {
  memory: { kind: 'integer', default: 0, min: 0, env: 'NSPAWN_MEMORY_SIZE', help: 'memory in MB, 0 is no limit' },
  'cpu-count': { kind: 'integer', default: 0, min: 0, env: 'NSPAWN_CPU_COUNT', help: 'processors, 0 is no limit' },
  'disk-size': {
    kind: 'integer',
    default: 20_000,
    min: 512,
    env: 'NSPAWN_DISK_SIZE',
    help: 'size of the disk in MB; only what is used takes space',
  },
  packages: {
    kind: 'list',
    help: 'Debian package to have in the machine from its first boot (can be given several times)',
  },
  subnet: {
    kind: 'string',
    default: '172.30.111.0/24',
    env: 'NSPAWN_SUBNET',
    help: 'IPv4 network that the machines share with this computer',
  },
} as const satisfies OptionTable;
export type NspawnOptions = OptionsOf<typeof options>;

/** All that is needed to find a machine, start it again or remove it. */
export type NspawnMachine = {
  /** The machine's name and a part of its id: its folder, its control groups and its unit are named so. */
  readonly machine: string;
  readonly hostname: string;
  /** The computer's end of the network link. */
  readonly link: string;
  readonly subnet: string;
  /** The folder of the shared file system that it was made from. */
  readonly root: string;
  /** MB; 0 is no limit. */
  readonly memory: number;
  readonly cpus: number;
};

/** A Debian with systemd on this computer, booted by systemd-nspawn: it behaves like a rented server. */
export const nspawn = defineDriver({
  name: 'nspawn',
  title: 'systemd-nspawn on this computer',
  options,
  features: { plantsKeys: true, powers: true, ssh: true, local: true },
  toStored: (options, resource: NspawnMachine | undefined) => ({
    Memory: options.memory,
    CPU: options['cpu-count'],
    DiskSize: options['disk-size'],
    Packages: options.packages,
    Subnet: options.subnet,
    Machine: resource ?? null,
  }),
  fromStored: (stored) => {
    const resource = stored['Machine'];
    return {
      options: {
        memory: Number(stored['Memory']) || 0,
        'cpu-count': Number(stored['CPU']) || 0,
        'disk-size': Number(stored['DiskSize']) || options['disk-size'].default,
        packages: Array.isArray(stored['Packages']) ? stored['Packages'].map(String) : [],
        subnet: typeof stored['Subnet'] === 'string' ? stored['Subnet'] : options.subnet.default,
      },
      ...(isMachine(resource) ? { resource } : {}),
    };
  },
  asks: ['memory', 'cpu-count', 'disk-size'],
  login: () => ({ user: 'root', port: 22 }),
  load: async () => (await import('./driver.js')).driver,
});

function isMachine(value: unknown): value is NspawnMachine {
  return typeof value === 'object' && value !== null && 'machine' in value && typeof value.machine === 'string';
}
