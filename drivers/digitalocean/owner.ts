import { TAG } from '../../src/cloud/owner.js';
import type { Owned } from '../../src/driver.js';

/**
 * Tags here are words of letters, digits, ":", "-" and "_" (openapi: resources/tags/models/tags.yml), stay in the account when
 * the last droplet with them is gone, and take themselves off every droplet when they are removed. So each machine has one
 * tag that is its alone and goes with it, and all have one in common, which stays.
 */
export const COMMON_TAG = 'made-by:berth';

type Owner = Pick<Owned, 'machine' | 'machineId' | 'store'>;
type Named = { readonly name: string; readonly id: string; readonly store: string };

/** "berth-machine:web_example:ID:STORE": names have no underscores, so those are their dots. */
export function machineTag({ name, id, store }: Named): string {
  return [TAG.machine, name.replaceAll('.', '_'), id, store].join(':');
}

/** Undefined for a tag that is not berth's. */
export function ownerOfTag(tag: string): Owner | undefined {
  const [begin, machine = '', machineId = '', store = '', ...more] = tag.split(':');
  if (begin !== TAG.machine || machineId === '' || more.length > 0) return undefined;
  return { machine: machine.replaceAll('_', '.'), machineId, store };
}

/** "berth.web.example.ID.STORE", of what has no tags: keys and firewalls. Firewalls want letters, digits, "." and "-". */
export function ownName({ name, id, store }: Named): string {
  return `berth.${name}.${id}.${store}`;
}

export function ownerOfName(name: string): Owner | undefined {
  const [, machine, machineId = '', store = ''] = /^berth\.(.+)\.([0-9a-f]+)\.([0-9a-f]+)$/.exec(name) ?? [];
  return machine === undefined ? undefined : { machine, machineId, store };
}
