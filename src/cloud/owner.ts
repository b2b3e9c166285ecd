import type { NewHost, Owned } from '../driver.js';

/** The tags of every resource that berth makes, in the spelling that all providers take: lower case and dashes. */
export const TAG = { machine: 'berth-machine', id: 'berth-id', store: 'berth-store' } as const;

/** Goes on every resource from the request on that makes it. */
export function ownerTags({
  name,
  id,
  store,
}: Pick<NewHost<unknown>, 'name' | 'id' | 'store'>): Readonly<Record<string, string>> {
  return { [TAG.machine]: name, [TAG.id]: id, [TAG.store]: store };
}

/** Who owns the resource, by its tags; undefined where they are not berth's. */
export function ownerOf(
  tags: Readonly<Record<string, string | undefined>>,
): Pick<Owned, 'machine' | 'machineId' | 'store'> | undefined {
  const { [TAG.machine]: machine, [TAG.id]: machineId, [TAG.store]: store } = tags;
  return machine === undefined || machineId === undefined ? undefined : { machine, machineId, store: store ?? '' };
}

/** A name of a resource of ours, unique by the machine's id and short enough for every provider: "berth-web-1-0123abcd". */
export function resourceName({ name, id }: Pick<NewHost<unknown>, 'name' | 'id'>): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');
  return `berth-${words}-${id.slice(0, 8)}`;
}
