import type { OptionsOf, OptionTable } from '../../src/driver.js';
import { forkOptions } from './fork-options.js';

/** docker-machine's own options, with today's defaults. */
export const options = {
  project: { kind: 'string', env: 'GOOGLE_PROJECT', help: "project; without it gcloud's or the credentials' own" },
  zone: {
    kind: 'string',
    default: 'us-central1-a',
    env: 'GOOGLE_ZONE',
    help: 'zone; several, parted by commas, are tried in order',
  },
  'machine-type': {
    kind: 'string',
    default: 'e2-medium',
    env: 'GOOGLE_MACHINE_TYPE',
    help: 'machine type; several, parted by commas, are tried in order',
  },
  'machine-image': {
    kind: 'string',
    env: 'GOOGLE_MACHINE_IMAGE',
    help: 'image or image family, as PROJECT/global/images/… or a URL (Ubuntu 24.04)',
  },
  username: { kind: 'string', default: 'docker-user', env: 'GOOGLE_USERNAME', help: 'user to log in as' },
  'service-account': {
    kind: 'string',
    default: 'default',
    env: 'GOOGLE_SERVICE_ACCOUNT',
    help: 'service account of the machine: an e-mail address, default or none',
  },
  scopes: {
    kind: 'string',
    default:
      'https://www.googleapis.com/auth/devstorage.read_only,https://www.googleapis.com/auth/logging.write,https://www.googleapis.com/auth/monitoring.write',
    env: 'GOOGLE_SCOPES',
    help: "OAuth scopes of the machine's service account, parted by commas",
  },
  'disk-size': { kind: 'integer', default: 20, min: 1, env: 'GOOGLE_DISK_SIZE', help: 'boot disk in GB' },
  'disk-type': { kind: 'string', default: 'pd-balanced', env: 'GOOGLE_DISK_TYPE', help: 'type of the boot disk' },
  network: {
    kind: 'string',
    default: 'default',
    env: 'GOOGLE_NETWORK',
    help: "network: a name, or the URL of another project's (shared VPC)",
  },
  subnetwork: { kind: 'string', env: 'GOOGLE_SUBNETWORK', help: 'subnetwork: a name or a URL' },
  address: {
    kind: 'string',
    env: 'GOOGLE_ADDRESS',
    help: 'external address, or the name of a reserved one',
  },
  preemptible: { kind: 'boolean', env: 'GOOGLE_PREEMPTIBLE', help: 'make a spot instance' },
  tags: { kind: 'string', env: 'GOOGLE_TAGS', help: 'further network tags, parted by commas' },
  'use-internal-ip': { kind: 'boolean', env: 'GOOGLE_USE_INTERNAL_IP', help: 'connect by the internal address' },
  'use-internal-ip-only': {
    kind: 'boolean',
    env: 'GOOGLE_USE_INTERNAL_IP_ONLY',
    help: 'have no external address at all',
  },
  'use-existing': {
    kind: 'boolean',
    env: 'GOOGLE_USE_EXISTING',
    help: 'take over the instance of that name; it gets the login key and a tag',
  },
  'open-port': {
    kind: 'list',
    env: 'GOOGLE_OPEN_PORT',
    help: 'port[-port][/tcp|udp] to open to everybody (can be given several times)',
  },
  ipv6: {
    kind: 'boolean',
    env: 'GOOGLE_IPV6',
    help: 'have an IPv6 address too; the subnetwork has to be of both families',
  },
  'disk-kms-key': {
    kind: 'string',
    env: 'GOOGLE_DISK_KMS_KEY',
    help: "key of Cloud KMS that encrypts the disk, instead of Google's own",
  },
  endpoint: { kind: 'string', env: 'GOOGLE_ENDPOINT', help: 'address of another Compute Engine API' },
  'credentials-file': {
    kind: 'string',
    help: "JSON file of a service account or another credential, before Google's own chain",
  },
  ...forkOptions,
} as const satisfies OptionTable;
export type GoogleOptions = OptionsOf<typeof options>;
