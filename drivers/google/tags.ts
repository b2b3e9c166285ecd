import { randomUUID } from 'node:crypto';
import { resourceName } from '../../src/cloud/owner.js';
import type { Compute } from './client.js';
import type { GoogleMachine } from './machine.js';

/** A machine that docker-machine made gets a network tag of its own, which rules of the firewall can name. */
export async function tagged(machine: GoogleMachine, compute: Compute): Promise<GoogleMachine> {
  const { zone, instance } = machine;
  const { id = '0', tags = {} } = await compute.ask('Instances.get', { zone, instance });
  const tag = resourceName({ name: machine.name, id: BigInt(id).toString(16).padStart(8, '0').slice(-8) });
  const { items = [] } = tags;
  if (!items.includes(tag)) {
    const tagsResource = { ...(tags.fingerprint ? { fingerprint: tags.fingerprint } : {}), items: [...items, tag] };
    await compute.done(
      await compute.ask('Instances.setTags', { zone, instance, tagsResource, requestId: randomUUID() }),
    );
  }
  return { ...machine, tag };
}
