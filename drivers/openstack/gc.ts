import { object, text, type Found } from '../../src/cloud/found.js';
import { together } from '../../src/cloud/together.js';
import type { Owned } from '../../src/driver.js';
import { connect, type Api, type Context } from './client.js';
import { identityOf } from './identity.js';
import type { OpenstackOptions } from './options.js';
import { removeAll } from './remove.js';
import { MARK, ownerByDescription, ownerByMetadata, ownerByText } from './tags.js';
import { idOf, nameOf } from './values.js';

const KINDS = {
  servers: 'server',
  floatingIps: 'floating IP',
  volumes: 'volume',
  groups: 'security group',
  keys: 'key pair',
} as const;

type Whose = (found: Found) => ReturnType<typeof ownerByMetadata>;

/** Everything of the project in this region that carries berth's tags. */
export async function owned(options: OpenstackOptions, context: Context): Promise<readonly Owned[]> {
  const api = await connect(identityOf(options), context);
  const [servers, floatingIps, volumes, groups, keys] = await together([
    api.list('compute', '/servers/detail', { tags: MARK }),
    api.list('network', '/floatingips', { project_id: api.project }),
    volumesOf(api),
    api.list('network', '/security-groups', { project_id: api.project }),
    api.list('compute', '/os-keypairs'),
  ]);
  const as = (kind: string, found: readonly Found[], whose: Whose): readonly Owned[] =>
    found.flatMap((one) => {
      const owner = whose(one);
      return owner ? [{ kind, id: idOf(one) || nameOf(one), ...owner }] : [];
    });
  const pairs = keys.map(({ keypair }) => object(keypair)).map((one) => ({ ...one, id: nameOf(one) }));
  return [
    ...as(KINDS.servers, servers, ownerByMetadata),
    ...as(KINDS.floatingIps, floatingIps, ownerByDescription),
    ...as(KINDS.volumes, volumes, ownerByMetadata),
    ...as(KINDS.groups, groups, ownerByDescription),
    ...as(KINDS.keys, pairs, (one) => ownerByText(text(one['public_key']).split(' ').slice(2).join(' '))),
  ];
}

/** A cloud without Cinder has no volumes. */
function volumesOf(api: Api): Promise<readonly Found[]> {
  return api.has('volume') ? api.list('volume', '/volumes/detail') : Promise.resolve([]);
}

export async function discard(all: readonly Owned[], options: OpenstackOptions, context: Context): Promise<void> {
  const api = await connect(identityOf(options), context);
  const ids = (kind: string): readonly string[] => all.filter((one) => one.kind === kind).map(({ id }) => id);
  await removeAll(
    {
      servers: ids(KINDS.servers),
      floatingIps: ids(KINDS.floatingIps),
      volumes: ids(KINDS.volumes),
      groups: ids(KINDS.groups),
      keys: ids(KINDS.keys),
    },
    api,
    (line) => context.report.warn(line),
  );
}
