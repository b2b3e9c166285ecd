import { defineDriver, type OptionsOf, type OptionTable } from '../../src/driver.js';

const options = {
  'engine-port': {
    kind: 'integer',
    default: 2376,
    min: 1,
    max: 65535,
    env: 'GENERIC_ENGINE_PORT',
    help: 'TCP port of the engine',
  },
  'ip-address': {
    kind: 'string',
    required: true,
    env: 'GENERIC_IP_ADDRESS',
    perMachine: true,
    help: 'address, name or ssh_config alias; as many as machines, parted by commas',
    wants: wantsAddress,
  },
  'ssh-user': { kind: 'string', default: 'root', env: 'GENERIC_SSH_USER', help: 'user to log in as' },
  'ssh-key': {
    kind: 'string',
    env: 'GENERIC_SSH_KEY',
    help: 'private key to log in with; without it the agent and your identities are tried',
  },
  'ssh-port': { kind: 'integer', default: 22, min: 1, max: 65535, env: 'GENERIC_SSH_PORT', help: 'TCP port of sshd' },
} as const satisfies OptionTable;
export type GenericOptions = OptionsOf<typeof options>;

/** Any server that answers SSH. */
export const generic = defineDriver({
  name: 'generic',
  title: 'A server reached over SSH',
  options,
  features: { plantsKeys: false, powers: false, ssh: true, local: false },
  toStored: (options) => ({
    EnginePort: options['engine-port'],
    SSHKey: options['ssh-key'] ?? '',
    SSHHost: options['ip-address'],
  }),
  fromStored: (stored) => {
    const login = {
      // IPAddress is what SSHHost, perhaps an alias in ssh_config, turned out to be; docker-machine knows only the former.
      'ip-address': text(stored['SSHHost']) || text(stored['IPAddress']),
      'ssh-user': text(stored['SSHUser']) || 'root',
      'ssh-port': Number(stored['SSHPort']) || 22,
    };
    return {
      options: {
        ...login,
        'engine-port': Number(stored['EnginePort']) || 2376,
        ...(text(stored['SSHKey']) === '' ? {} : { 'ssh-key': text(stored['SSHKey']) }),
      },
      ...(login['ip-address'] === ''
        ? {}
        : { resource: { host: login['ip-address'], port: login['ssh-port'], user: login['ssh-user'] } }),
    };
  },
  asks: ['ip-address', 'ssh-user', 'ssh-key'],
  login: (options) => ({
    user: options['ssh-user'],
    port: options['ssh-port'],
    ...(options['ssh-key'] === undefined ? {} : { keyPath: options['ssh-key'] }),
  }),
  enginePort: (options) => options['engine-port'],
  load: async () => (await import('./driver.js')).driver,
});

export function wantsAddress(value: string): string | undefined {
  return /^[^\s/@]+$/.test(value) ? undefined : 'an address or a host name';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
