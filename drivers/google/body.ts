import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { AttachedDisk, Instance, Labels, NetworkInterface, Scheduling } from './api.js';
import { ownerText } from './labels.js';
import type { GoogleMachine } from './machine.js';
import type { GoogleOptions } from './options.js';
import type { Plan, PlannedChoice } from './plan.js';

interface Parts {
  readonly host: NewHost<GoogleOptions>;
  readonly machine: GoogleMachine;
  readonly plan: Plan;
  readonly choice: PlannedChoice;
}

/** What Compute Engine is asked to make. */
export function instanceOf({ host: { options }, machine, plan, choice }: Parts): Instance {
  const scheduling = schedulingOf(options);
  const gpus = acceleratorOf(options);
  const account = options['service-account'];
  return {
    name: machine.instance,
    description: 'docker host made by berth',
    machineType: `zones/${choice.zone}/machineTypes/${choice.type}`,
    labels: plan.labels,
    metadata: plan.metadata,
    tags: { items: [machine.tag, ...csv(options.tags ?? '')] },
    disks: [diskOf({ machine, options, choice, labels: plan.labels })],
    networkInterfaces: [interfaceOf(options, plan, choice.zone)],
    ...(account === 'none' ? {} : { serviceAccounts: [{ email: account, scopes: csv(options.scopes) }] }),
    ...(scheduling ? { scheduling } : {}),
    ...(options['min-cpu-platform'] === undefined ? {} : { minCpuPlatform: options['min-cpu-platform'] }),
    ...(gpus
      ? {
          guestAccelerators: [
            { acceleratorCount: gpus.count, acceleratorType: `zones/${choice.zone}/acceleratorTypes/${gpus.type}` },
          ],
        }
      : {}),
  };
}

function diskOf({
  machine,
  options,
  choice,
  labels,
}: {
  machine: GoogleMachine;
  options: GoogleOptions;
  choice: PlannedChoice;
  labels: Labels;
}): AttachedDisk {
  return {
    boot: true,
    autoDelete: true,
    type: 'PERSISTENT',
    mode: 'READ_WRITE',
    ...(options['disk-kms-key'] === undefined ? {} : { diskEncryptionKey: { kmsKeyName: options['disk-kms-key'] } }),
    initializeParams: {
      diskName: machine.disk,
      description: ownerText(machine),
      sourceImage: choice.image,
      diskSizeGb: String(options['disk-size']),
      diskType: `zones/${choice.zone}/diskTypes/${choice.diskType}`,
      labels,
      ...(choice.iops === 0 ? {} : { provisionedIops: String(choice.iops) }),
      ...(choice.throughput === 0 ? {} : { provisionedThroughput: String(choice.throughput) }),
    },
  };
}

function interfaceOf(options: GoogleOptions, { place, address }: Plan, zone: string): NetworkInterface {
  const subnetwork = place.subnetwork(zone);
  return {
    network: place.network,
    ...(subnetwork === undefined ? {} : { subnetwork }),
    ...(options.ipv6 ? sixthVersion(options) : {}),
    ...(options['use-internal-ip-only']
      ? {}
      : {
          accessConfigs: [
            { type: 'ONE_TO_ONE_NAT', name: 'External NAT', ...(address === undefined ? {} : { natIP: address }) },
          ],
        }),
  };
}

/** Both families; an address of the world only where the subnetwork has them and the machine may have one. */
function sixthVersion(options: GoogleOptions): Partial<NetworkInterface> {
  const external = [{ type: 'DIRECT_IPV6', name: 'External IPv6', networkTier: 'PREMIUM' }];
  return { stackType: 'IPV4_IPV6', ...(options['use-internal-ip-only'] ? {} : { ipv6AccessConfigs: external }) };
}

/** Spot instances and those with GPUs cannot move to another host (cloud.google.com/compute/docs/instances/spot). */
function schedulingOf(options: GoogleOptions): Scheduling | undefined {
  const policy = options['maintenance-policy']?.toUpperCase();
  if (options.preemptible) {
    return {
      provisioningModel: 'SPOT',
      instanceTerminationAction: 'STOP',
      automaticRestart: false,
      onHostMaintenance: 'TERMINATE',
    };
  }
  if (policy !== undefined) return { onHostMaintenance: policy };
  return options.accelerator === undefined ? undefined : { onHostMaintenance: 'TERMINATE' };
}

/** `count=N,type=TYPE`, as GitLab's fork takes it. @throws MachineError BadOption */
export function acceleratorOf({
  accelerator: text,
}: GoogleOptions): { readonly count: number; readonly type: string } | undefined {
  if (text === undefined) return undefined;
  const given = new Map(csv(text).map((pair) => [pair.split('=')[0], pair.split('=')[1]]));
  const [count = '1', type = ''] = [given.get('count'), given.get('type')];
  if (/^[1-9]\d?$/.test(count) && /^[a-z0-9-]+$/.test(type)) return { count: Number(count), type };
  throw new MachineError(
    'BadOption',
    `option --google-accelerator wants count=N,type=TYPE, got "${text.slice(0, 30)}"`,
  );
}

export function csv(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
