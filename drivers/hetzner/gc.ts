import { type Found } from '../../src/cloud/found.js';
import { ownerOf, TAG } from '../../src/cloud/owner.js';
import type { Owned } from '../../src/driver.js';
import { connect, idOf, labelsOf, type Context } from './client.js';
import { serversOf } from './groups.js';
import type { HetznerOptions } from './options.js';
import { listsOf, removeAll } from './remove.js';
import { endpointOf } from './settings.js';

const KINDS = { servers: 'server', keys: 'SSH key', firewalls: 'firewall', groups: 'placement group' } as const;

/** Everything of the project that carries berth's labels; groups that servers are in are nobody's leftovers. */
export async function owned(options: HetznerOptions, context: Context): Promise<readonly Owned[]> {
  const api = await connect({ endpoint: endpointOf(options), context: '' }, context);
  const { servers, keys, firewalls, groups } = await listsOf(TAG.id, api);
  const as = (kind: string, found: readonly Found[]): readonly Owned[] =>
    found.flatMap((one) => {
      const owner = ownerOf(labelsOf(one));
      return owner ? [{ kind, id: String(idOf(one)), ...owner }] : [];
    });
  return [
    ...as(KINDS.servers, servers),
    ...as(KINDS.keys, keys),
    ...as(KINDS.firewalls, firewalls),
    ...as(
      KINDS.groups,
      groups.filter((group) => serversOf(group).length === 0),
    ),
  ];
}

export async function discard(all: readonly Owned[], options: HetznerOptions, context: Context): Promise<void> {
  const api = await connect({ endpoint: endpointOf(options), context: '' }, context);
  const ids = (kind: string): readonly number[] => all.filter((one) => one.kind === kind).map(({ id }) => Number(id));
  await removeAll(
    {
      servers: ids(KINDS.servers),
      keys: ids(KINDS.keys),
      firewalls: ids(KINDS.firewalls),
      groups: ids(KINDS.groups),
    },
    api,
    (line) => context.report.warn(line),
  );
}
