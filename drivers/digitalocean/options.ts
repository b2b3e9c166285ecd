import type { OptionsOf, OptionTable } from '../../src/driver.js';

/** Options of docker-machine and of its two forks, by what they are about; what is berth's own is said to be. */
const account = {
  'access-token': {
    kind: 'string',
    secret: true,
    env: 'DIGITALOCEAN_ACCESS_TOKEN',
    help: 'token of the interface; a context of doctl serves too',
  },
  // berth's own
  endpoint: {
    kind: 'string',
    default: 'https://api.digitalocean.com',
    env: 'DIGITALOCEAN_API_URL',
    help: 'URL of the interface',
  },
} as const satisfies OptionTable;

const machine = {
  image: {
    kind: 'string',
    default: 'ubuntu-24-04-x64',
    env: 'DIGITALOCEAN_IMAGE',
    help: 'slug or number of the image',
  },
  region: {
    kind: 'string',
    default: 'nyc3',
    env: 'DIGITALOCEAN_REGION',
    help: 'slugs of regions, parted by commas, tried in order',
  },
  size: {
    kind: 'string',
    default: 's-1vcpu-1gb',
    env: 'DIGITALOCEAN_SIZE',
    help: 'slugs of sizes, parted by commas, tried in order',
  },
  backups: { kind: 'boolean', env: 'DIGITALOCEAN_BACKUPS', help: 'weekly backups' },
  monitoring: { kind: 'boolean', env: 'DIGITALOCEAN_MONITORING', help: "DigitalOcean's agent that measures" },
  tags: { kind: 'string', env: 'DIGITALOCEAN_TAGS', help: 'tags of the droplet, parted by commas' },
  userdata: {
    kind: 'string',
    env: 'DIGITALOCEAN_USERDATA',
    help: 'file of user-data, joined with what berth plants',
  },
} as const satisfies OptionTable;

const network = {
  ipv6: { kind: 'boolean', env: 'DIGITALOCEAN_IPV6', help: 'a public IPv6 address too' },
  'private-networking': {
    kind: 'boolean',
    env: 'DIGITALOCEAN_PRIVATE_NETWORKING',
    help: 'without effect: droplets are always in a VPC',
  },
  // berth's own
  'vpc-uuid': { kind: 'string', env: 'DIGITALOCEAN_VPC_UUID', help: "VPC network, the region's default one if absent" },
  'use-private-network': {
    kind: 'boolean',
    env: 'DIGITALOCEAN_USE_PRIVATE_NETWORK',
    help: 'reach the machine by its private address',
  },
  'disable-public': { kind: 'boolean', env: 'DIGITALOCEAN_DISABLE_PUBLIC', help: 'no public address at all' },
  'open-port': {
    kind: 'list',
    env: 'DIGITALOCEAN_OPEN_PORT',
    help: 'port[-port][/tcp|udp], open for everybody (can be given several times)',
  },
  firewalls: {
    kind: 'list',
    env: 'DIGITALOCEAN_FIREWALLS',
    help: 'id of a firewall to use in place of one of its own (can be given several times)',
  },
  'no-firewall': {
    kind: 'boolean',
    env: 'DIGITALOCEAN_NO_FIREWALL',
    help: 'no firewall at all, as with docker-machine: every port is open',
  },
} as const satisfies OptionTable;

const login = {
  'ssh-user': { kind: 'string', default: 'root', env: 'DIGITALOCEAN_SSH_USER', help: 'who logs in' },
  'ssh-port': {
    kind: 'integer',
    default: 22,
    min: 1,
    max: 65_535,
    env: 'DIGITALOCEAN_SSH_PORT',
    help: "sshd's port",
  },
  'ssh-key-fingerprint': {
    kind: 'string',
    env: 'DIGITALOCEAN_SSH_KEY_FINGERPRINT',
    help: 'fingerprint or number of a key of the account to let in',
  },
  'ssh-key-path': {
    kind: 'string',
    env: 'DIGITALOCEAN_SSH_KEY_PATH',
    help: 'private key whose public half, PATH.pub, is let in',
  },
} as const satisfies OptionTable;

export const options = { ...account, ...machine, ...network, ...login } as const satisfies OptionTable;

export type DropletOptions = OptionsOf<typeof options>;
