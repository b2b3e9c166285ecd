import { randomUUID } from 'node:crypto';
import { TAG } from '../../src/cloud/owner.js';
import type { DriverContext, NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Instance, Metadata } from './api.js';
import { csv } from './body.js';
import { lastOf, type Compute } from './client.js';
import { newMachine, type GoogleMachine } from './machine.js';
import { metadataValue } from './metadata.js';
import { NETWORK } from './network.js';
import type { GoogleOptions } from './options.js';
import { addTag } from './tags.js';

type Host = NewHost<GoogleOptions>;

/*
 * --google-use-existing: an instance of the machine's name becomes the machine, as docker-machine had it. It gets a network
 * tag, the login key and the machine's id in its metadata, no labels: whoever takes an instance over is not its maker, and
 * `berth gc` does not list it as left over. `rm` deletes it, as docker-machine does.
 */

/** The instance that is to be taken over. @throws Fault, MachineError CheckFailed, BadOption */
export async function findExisting({ name, id, options, bootScript }: Host, compute: Compute): Promise<Instance> {
  if (bootScript !== undefined)
    throw new MachineError(
      'BadOption',
      'options --google-use-existing and --engine-install-at boot exclude each other',
      {
        suggestions: ['Leave out --engine-install-at: the engine is installed over SSH'],
      },
    );
  const zones = csv(options.zone);
  const named = await compute.ask('Instances.aggregatedList', { filter: `(name = "${name}")` });
  const found = zones.flatMap((zone) => named.filter((one) => lastOf(one.zone) === zone))[0];
  if (!found) throw missing(name, zones);
  const { labels, metadata, status = '' } = found;
  const owner = labels?.[TAG.id] ?? metadataValue(metadata, TAG.id) ?? id;
  if (owner !== id) throw taken(name);
  if (status !== 'RUNNING') throw asleep(name, status, lastOf(found.zone) ?? '');
  return found;
}

function missing(name: string, zones: readonly string[]): MachineError {
  const zone = zones.length === 1 ? zones[0] : undefined;
  return new MachineError('CheckFailed', `there is no instance "${name}" in ${zone ?? 'these zones'}`, {
    suggestions: [
      `gcloud compute instances list --filter=name=${name}`,
      'Give its --google-zone',
      'Leave out --google-use-existing, to have it made',
    ],
  });
}

function taken(name: string): MachineError {
  return new MachineError('CheckFailed', `the instance "${name}" is a machine of berth already`, {
    suggestions: ['berth ls', `gcloud compute instances describe ${name}`],
  });
}

function asleep(name: string, status: string, zone: string): MachineError {
  return new MachineError('CheckFailed', `the instance "${name}" is to be taken over and is ${status}`, {
    suggestions: [`gcloud compute instances start ${name} --zone=${zone}`],
  });
}

/** On record before anything of it is changed, so that what a lost answer leaves is known. */
export async function takeOver(
  host: Host,
  compute: Compute,
  context: DriverContext<GoogleMachine>,
): Promise<GoogleMachine> {
  const found = await findExisting(host, compute);
  const machine = existingMachine(host, found, compute);
  await context.keep(machine);
  const { zone, instance } = machine;
  await addTag(found, machine, compute);
  const metadataResource = metadataFor(host, found.metadata);
  const asked = { zone, instance, metadataResource, requestId: randomUUID() };
  await compute.done(await compute.ask('Instances.setMetadata', asked));
  context.report.warn(`${instance} is taken over: "berth rm ${host.name}" deletes it as if berth had made it`);
  const made = { ...machine, exists: true };
  await context.keep(made);
  return made;
}

function existingMachine(host: Host, found: Instance, compute: Compute): GoogleMachine {
  const [, project = compute.project, network = host.options.network] =
    NETWORK.exec(found.networkInterfaces?.[0]?.network ?? '') ?? [];
  return newMachine(host, {
    project: compute.project,
    zone: lastOf(found.zone) ?? '',
    instance: host.name,
    network: `projects/${project}/global/networks/${network}`,
    foreign: true,
  });
}

/** What was there stays; OS Login would ignore the key (cloud.google.com/compute/docs/oslogin/set-up-oslogin). */
function metadataFor({ id, name, publicKey, options }: Host, before: Metadata = {}): Metadata {
  const line = `${options.username}:${publicKey.trim()}`;
  const keys = (metadataValue(before, 'ssh-keys') ?? '').split('\n').filter((key) => key.trim() !== '' && key !== line);
  const ours = {
    'enable-oslogin': 'FALSE',
    'ssh-keys': [...keys, line].join('\n'),
    [TAG.machine]: name,
    [TAG.id]: id,
  };
  const others = before.items?.filter(({ key = '' }) => !(key in ours)) ?? [];
  return {
    ...(before.fingerprint === undefined ? {} : { fingerprint: before.fingerprint }),
    items: [...others, ...Object.entries(ours).map(([key, value]) => ({ key, value }))],
  };
}
