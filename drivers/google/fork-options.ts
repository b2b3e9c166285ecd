import type { OptionTable } from '../../src/driver.js';

/** What GitLab's and Rancher's forks of docker-machine added. */
const living = {
  'auth-encoded-json': {
    kind: 'string',
    secret: true,
    env: 'GOOGLE_APPLICATION_CREDENTIALS_ENCODED_JSON',
    help: 'JSON of a service account, as it is or in base64',
  },
  'min-cpu-platform': {
    kind: 'string',
    env: 'GOOGLE_MIN_CPU_PLATFORM',
    help: 'oldest processor: "Intel Ice Lake", say',
  },
  label: { kind: 'list', help: 'label as key:value (can be given several times)' },
  'vm-labels': { kind: 'string', env: 'GOOGLE_VM_LABELS', help: 'labels as key,value,key,value' },
  metadata: { kind: 'list', help: 'metadata as key=value (can be given several times)' },
  'metadata-from-file': { kind: 'list', help: 'metadata as key=file (can be given several times)' },
  userdata: { kind: 'string', env: 'GOOGLE_USERDATA', help: 'file with user-data for cloud-init' },
  accelerator: { kind: 'string', env: 'GOOGLE_ACCELERATOR', help: 'GPUs as count=N,type=TYPE' },
  'maintenance-policy': {
    kind: 'string',
    env: 'GOOGLE_MAINTENANCE_POLICY',
    help: 'what happens when the host is maintained: MIGRATE or TERMINATE',
  },
  'skip-firewall-create': {
    kind: 'boolean',
    env: 'GOOGLE_SKIP_FIREWALL_CREATE',
    help: 'make no firewall rule',
  },
  'provisioned-iops': {
    kind: 'integer',
    default: 0,
    min: 0,
    env: 'GOOGLE_PROVISIONED_IOPS',
    help: 'operations per second of a Hyperdisk, 0 is its default',
  },
  'provisioned-throughput': {
    kind: 'integer',
    default: 0,
    min: 0,
    env: 'GOOGLE_PROVISIONED_THROUGHPUT',
    help: 'throughput of a Hyperdisk in MB/s, 0 is its default',
  },
  region: { kind: 'string', env: 'GOOGLE_REGION', help: 'try every zone of this region instead of --google-zone' },
  'location-zone': {
    kind: 'list',
    env: 'GOOGLE_LOCATION_ZONE',
    help: 'with a region: ZONE[:ALLOW|:DENY] (can be given several times)',
  },
  'flex-selection': {
    kind: 'list',
    env: 'GOOGLE_FLEX_SELECTION',
    help: 'machine-type=T[,disk-type=,disk-iops=,disk-throughput=], tried in order',
  },
} as const satisfies OptionTable;

const NO_EFFECT = 'accepted, without effect';

/** Accepted as they were; `check` says what does their work now. */
const retired = {
  'bulk-insert': { kind: 'boolean', env: 'GOOGLE_BULK_INSERT', help: NO_EFFECT },
  'flex-stockout-cooldown': { kind: 'string', env: 'GOOGLE_FLEX_STOCKOUT_COOLDOWN', help: NO_EFFECT },
  'operation-backoff-initial-interval': { kind: 'string', help: NO_EFFECT },
  'operation-backoff-randomization-factor': { kind: 'string', help: NO_EFFECT },
  'operation-backoff-multiplier': { kind: 'string', help: NO_EFFECT },
  'operation-backoff-multipler': { kind: 'string', help: 'accepted as the fork spells it, without effect' },
  'operation-backoff-max-interval': { kind: 'string', help: NO_EFFECT },
  'operation-backoff-max-elapsed-time': { kind: 'string', help: NO_EFFECT },
  'external-firewall-rule-prefix': { kind: 'string', env: 'GOOGLE_EXTERNAL_FIREWALL_RULE_PREFIX', help: NO_EFFECT },
  'internal-firewall-rule-prefix': { kind: 'string', env: 'GOOGLE_INTERNAL_FIREWALL_RULE_PREFIX', help: NO_EFFECT },
  'cos-docker-network-readiness-gate': { kind: 'boolean', help: NO_EFFECT },
  'cos-docker-network-readiness-url': { kind: 'string', help: NO_EFFECT },
  'cos-tls-via-metadata': { kind: 'boolean', help: NO_EFFECT },
} as const satisfies OptionTable;

export const forkOptions = { ...living, ...retired } as const;

/** What does the work of a retired option, for `--google-<beginning of its name>`. */
export const REPLACED: Readonly<Record<string, string>> = {
  'bulk-insert': 'several zones and types are tried in order without it',
  'flex-stockout-cooldown': 'every create tries all of its choices',
  'operation-backoff': 'all machines of a project share one back-off',
  'external-firewall-rule-prefix': 'every machine has rules of its own, see "berth ports"',
  'internal-firewall-rule-prefix': 'every machine has rules of its own, see "berth ports"',
  cos: 'the engine is set up over SSH',
};
