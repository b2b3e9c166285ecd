import { text, texts, type Found } from '../../src/cloud/found.js';
import type { Owned } from '../../src/driver.js';
import { connect, idOf, type Context } from './client.js';
import { listDroplets } from './droplets.js';
import type { DropletOptions } from './options.js';
import { COMMON_TAG, ownerOfName, ownerOfTag } from './owner.js';
import { removeAll } from './remove.js';
import { endpointOf } from './settings.js';

const KINDS = { droplets: 'droplet', firewalls: 'firewall', keys: 'SSH key', tags: 'tag' } as const;

/** Everything of the account that carries a tag or a name of berth's. */
export async function owned(options: DropletOptions, context: Context): Promise<readonly Owned[]> {
  const api = await connect({ endpoint: endpointOf(options), context: '' }, context);
  const [droplets, firewalls, keys, tags] = await Promise.all([
    listDroplets({ tag: COMMON_TAG, isGpu: true }, api),
    api.list('/firewalls', 'firewalls'),
    api.list('/account/keys', 'ssh_keys'),
    api.list('/tags', 'tags'),
  ]);
  const byName = ({ name }: Found): Owner => ownerOfName(text(name));
  return [
    ...as(KINDS.droplets, droplets, ({ tags: own }) => texts(own).map(ownerOfTag).find(Boolean)),
    ...as(KINDS.firewalls, firewalls, byName),
    ...as(KINDS.keys, keys, byName),
    ...as(
      KINDS.tags,
      tags.map(({ name }) => ({ id: name })),
      ({ id }) => ownerOfTag(text(id)),
    ),
  ];
}

type Owner = ReturnType<typeof ownerOfTag>;

function as(kind: string, found: readonly Found[], ownerOf: (one: Found) => Owner): readonly Owned[] {
  return found.flatMap((one) => {
    const owner = ownerOf(one);
    return owner ? [{ kind, id: text(one['id']) || String(idOf(one)), ...owner }] : [];
  });
}

export async function discard(all: readonly Owned[], options: DropletOptions, context: Context): Promise<void> {
  const api = await connect({ endpoint: endpointOf(options), context: '' }, context);
  const ids = (kind: string): readonly string[] => all.filter((one) => one.kind === kind).map(({ id }) => id);
  await removeAll(
    {
      droplets: ids(KINDS.droplets).map(Number),
      firewalls: ids(KINDS.firewalls),
      keys: ids(KINDS.keys).map(Number),
      tags: ids(KINDS.tags),
    },
    api,
  );
}
