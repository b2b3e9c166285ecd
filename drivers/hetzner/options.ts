import type { OptionsOf, OptionTable } from '../../src/driver.js';

/** Options of JonasProgrammer's docker-machine-driver-hetzner 5, by what they are about. */
const account = {
  'api-token': { kind: 'string', secret: true, env: 'HETZNER_API_TOKEN', help: 'API token of the project' },
  endpoint: {
    kind: 'string',
    default: 'https://api.hetzner.cloud/v1',
    env: 'HCLOUD_ENDPOINT',
    help: 'URL of the interface',
  },
} as const satisfies OptionTable;

const machine = {
  image: {
    kind: 'string',
    env: 'HETZNER_IMAGE',
    help: 'name of the image; ubuntu-24.04 if neither it nor an id is given',
  },
  'image-id': { kind: 'string', env: 'HETZNER_IMAGE_ID', help: 'number of the image: a snapshot, say' },
  'image-arch': {
    kind: 'string',
    choices: ['x86', 'arm'],
    env: 'HETZNER_IMAGE_ARCH',
    help: "architecture, the server type's own if none is given",
  },
  'server-type': {
    kind: 'string',
    env: 'HETZNER_TYPE',
    help: 'server types, parted by commas, tried in order; cx23, or cax11 for arm',
  },
  'server-location': {
    kind: 'string',
    env: 'HETZNER_LOCATION',
    help: "locations, parted by commas, tried in order; Hetzner's choice if none is given",
  },
  'server-label': {
    kind: 'list',
    env: 'HETZNER_SERVER_LABELS',
    help: 'key=value, a label of the server (can be given several times)',
  },
  volumes: {
    kind: 'list',
    env: 'HETZNER_VOLUMES',
    help: 'id or name of a volume to attach (can be given several times)',
  },
  'placement-group': {
    kind: 'string',
    env: 'HETZNER_PLACEMENT_GROUP',
    help: 'id or name of a placement group, made when missing',
  },
  'auto-spread': {
    kind: 'boolean',
    env: 'HETZNER_AUTO_SPREAD',
    help: 'spread machines over hosts, in a placement group of their own',
  },
  'user-data': { kind: 'string', env: 'HETZNER_USER_DATA', help: 'user-data as text, joined with what berth plants' },
  'user-data-file': { kind: 'string', env: 'HETZNER_USER_DATA_FILE', help: 'file of user-data' },
  'user-data-from-file': {
    kind: 'boolean',
    env: 'HETZNER_USER_DATA_FROM_FILE',
    help: 'user-data names a file: the former way of user-data-file',
  },
} as const satisfies OptionTable;

const network = {
  networks: {
    kind: 'list',
    env: 'HETZNER_NETWORKS',
    help: 'id or name of a private network (can be given several times)',
  },
  'use-private-network': {
    kind: 'boolean',
    env: 'HETZNER_USE_PRIVATE_NETWORK',
    help: 'reach the machine by its private address',
  },
  'disable-public': { kind: 'boolean', env: 'HETZNER_DISABLE_PUBLIC', help: 'no public address at all' },
  'disable-public-ipv4': { kind: 'boolean', env: 'HETZNER_DISABLE_PUBLIC_IPV4', help: 'no public IPv4 address' },
  'disable-public-ipv6': { kind: 'boolean', env: 'HETZNER_DISABLE_PUBLIC_IPV6', help: 'no public IPv6 address' },
  'disable-public-4': {
    kind: 'boolean',
    env: 'HETZNER_DISABLE_PUBLIC_4',
    help: 'the former name of disable-public-ipv4',
  },
  'disable-public-6': {
    kind: 'boolean',
    env: 'HETZNER_DISABLE_PUBLIC_6',
    help: 'the former name of disable-public-ipv6',
  },
  'primary-ipv4': {
    kind: 'string',
    env: 'HETZNER_PRIMARY_IPV4',
    help: 'id, name or address of a primary IPv4 to use',
  },
  'primary-ipv6': {
    kind: 'string',
    env: 'HETZNER_PRIMARY_IPV6',
    help: 'id, name or address of a primary IPv6 to use',
  },
  firewalls: {
    kind: 'list',
    env: 'HETZNER_FIREWALLS',
    help: "firewall instead of the machine's own (can be given several times)",
  },
  'open-port': { kind: 'list', help: 'port[-port][/tcp|udp] to open to everybody (can be given several times)' },
} as const satisfies OptionTable;

const login = {
  'ssh-user': { kind: 'string', default: 'root', env: 'HETZNER_SSH_USER', help: 'user to log in as' },
  'ssh-port': { kind: 'integer', default: 22, min: 1, max: 65_535, env: 'HETZNER_SSH_PORT', help: 'TCP port of sshd' },
  'existing-key-path': {
    kind: 'string',
    env: 'HETZNER_EXISTING_KEY_PATH',
    help: 'private key that may log in too, its .pub beside it',
  },
  'existing-key-id': {
    kind: 'string',
    env: 'HETZNER_EXISTING_KEY_ID',
    help: 'number of an SSH key of the project that may log in too',
  },
  'additional-key': {
    kind: 'list',
    env: 'HETZNER_ADDITIONAL_KEYS',
    help: 'public key that may log in too (can be given several times)',
  },
  'key-label': {
    kind: 'list',
    env: 'HETZNER_KEY_LABELS',
    help: 'key=value, a label of the SSH keys that are made (can be given several times)',
  },
} as const satisfies OptionTable;

const waiting = {
  'wait-on-error': {
    kind: 'integer',
    default: 0,
    min: 0,
    env: 'HETZNER_WAIT_ON_ERROR',
    help: 'without effect: what was made stays until berth rm',
  },
  'wait-on-polling': {
    kind: 'integer',
    default: 1,
    min: 1,
    max: 60,
    env: 'HETZNER_WAIT_ON_POLLING',
    help: 'longest pause between two looks at what goes on, in seconds',
  },
  'wait-for-running-timeout': {
    kind: 'integer',
    default: 0,
    min: 0,
    env: 'HETZNER_WAIT_FOR_RUNNING_TIMEOUT',
    help: 'limit for the server to be made and started, in seconds; 0 is 300',
  },
} as const satisfies OptionTable;

export const options = { ...account, ...machine, ...network, ...login, ...waiting } as const satisfies OptionTable;
export type HetznerOptions = OptionsOf<typeof options>;
