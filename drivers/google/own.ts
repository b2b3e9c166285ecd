import { TAG } from '../../src/cloud/owner.js';
import type { DriverContext } from '../../src/driver.js';
import type { Instance } from './api.js';
import { unlessMissing, type Compute } from './client.js';
import type { GoogleMachine } from './machine.js';
import { metadataValue } from './metadata.js';

/** How long "not found" means "not to be seen yet" after it was asked for, in milliseconds. */
const YOUNG_MS = 60_000;

export function isYoung({ askedAt }: GoogleMachine, { now }: Pick<DriverContext<GoogleMachine>, 'now'>): boolean {
  return askedAt !== undefined && now().getTime() - askedAt < YOUNG_MS;
}

/** The instance, if it is there and the machine's own. */
export async function ownInstance(machine: GoogleMachine, compute: Compute): Promise<Instance | undefined> {
  const { zone, instance } = machine;
  const found = await unlessMissing(compute.ask('Instances.get', { zone, instance }));
  return found && isOwn(found, machine) ? found : undefined;
}

/** By its label, one that was taken over by its metadata; what docker-machine made is known by its name alone. */
export function isOwn({ labels, metadata }: Instance, { id, foreign }: GoogleMachine): boolean {
  if (id === '' || labels?.[TAG.id] === id) return true;
  return foreign && metadataValue(metadata, TAG.id) === id;
}
