import { randomUUID } from 'node:crypto';
import { resourceName } from '../../src/cloud/owner.js';
import type { Instance } from './api.js';
import type { Compute } from './client.js';
import type { GoogleMachine } from './machine.js';

/** A machine that docker-machine made gets a network tag of its own, which rules of the firewall can name. */
export async function tagged(machine: GoogleMachine, compute: Compute): Promise<GoogleMachine> {
  const { zone, instance } = machine;
  const found = await compute.ask('Instances.get', { zone, instance });
  const { id = '0' } = found;
  const tag = resourceName({ name: machine.name, id: BigInt(id).toString(16).padStart(8, '0').slice(-8) });
  const named = { ...machine, tag };
  await addTag(found, named, compute);
  return named;
}

/** Gives the instance the machine's tag, unless it has it. */
export async function addTag({ tags = {} }: Instance, machine: GoogleMachine, compute: Compute): Promise<void> {
  const { zone, instance, tag } = machine;
  const { items = [], fingerprint } = tags;
  if (items.includes(tag)) return;
  const tagsResource = { ...(fingerprint ? { fingerprint } : {}), items: [...items, tag] };
  await compute.done(await compute.ask('Instances.setTags', { zone, instance, tagsResource, requestId: randomUUID() }));
}
