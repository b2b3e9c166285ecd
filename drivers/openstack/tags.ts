import { object, text, type Found } from '../../src/cloud/found.js';
import { ownerOf, ownerTags, TAG } from '../../src/cloud/owner.js';
import type { Owned } from '../../src/driver.js';

export interface Owner {
  readonly name: string;
  readonly id: string;
  readonly store: string;
}

/** What has no metadata, and takes tags only after it was made, has them in its description: "berth-machine=web-1,berth-id=…". */
export function described(owner: Owner): string {
  return Object.entries(ownerTags(owner))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Tags of servers, which lists are asked by; of 60 characters at most, so that the machine's name is not among them. */
export function serverTags({ id, store }: Owner): readonly string[] {
  return [MARK, idTag(id), storeTag(store)];
}

/** All servers of berth's. */
export const MARK = 'berth';

export function idTag(id: string): string {
  return `${TAG.id}=${id}`;
}

export function storeTag(store: string): string {
  return `${TAG.store}=${store}`;
}

/** A volume with it outlives its machine, and is nobody's leftover. */
export const KEEP = 'berth-keep';

type Whose = Pick<Owned, 'machine' | 'machineId' | 'store'> | undefined;

export function ownerByMetadata(found: Found): Whose {
  const metadata = object(found['metadata']);
  if (metadata[KEEP] === 'true') return undefined;
  return ownerOf(metadata as Readonly<Record<string, string>>);
}

export function ownerByDescription(found: Found): Whose {
  return ownerByText(text(found['description']));
}

export function ownerByText(words: string): Whose {
  const pairs = words.split(',').map((pair) => pair.split('='));
  return ownerOf(Object.fromEntries(pairs.map(([key = '', value]) => [key, value])));
}
