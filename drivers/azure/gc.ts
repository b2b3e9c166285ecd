import { array, object, text, type Found } from '../../src/cloud/found.js';
import { ownerOf, TAG } from '../../src/cloud/owner.js';
import { together } from '../../src/cloud/together.js';
import type { DriverContext, Owned } from '../../src/driver.js';
import { accountOf } from './account.js';
import { connect, propertiesOf, type Arm } from './client.js';
import { unlessUsed } from './faults.js';
import type { AzureMachine } from './handle.js';
import type { AzureOptions } from './options.js';
import { kindOfId, TYPES, type Kind } from './places.js';
import { API } from './versions.js';

type Context = DriverContext<AzureMachine>;

const SHARED: readonly Kind[] = ['vnet', 'availabilitySet'];

/**
 * Everything of the subscription that carries berth's tags, but for what machines of others use: it has the tags of the machine
 * that came first. Resource groups, which stay, are not in Azure's list.
 */
export async function owned(options: AzureOptions, context: Context): Promise<readonly Owned[]> {
  const arm = connect(await accountOf(options, context), context);
  const place = { path: `/subscriptions/${arm.subscription}/resources`, version: API.resources };
  const tagged = await arm.list(place, { $filter: `tagName eq '${TAG.id}'` });
  const items = tagged.flatMap((resource) => {
    const id = text(resource['id']);
    const kind = kindOfId(id);
    const owner = ownerOf(object(resource['tags']) as Readonly<Record<string, string>>);
    return kind && owner ? [{ kind: TYPES[kind].title, id, ...owner }] : [];
  });
  const usedByOthers = await together(items.map((item) => isUsedByOthers(item, items, arm)));
  return items.filter((_item, index) => !usedByOthers[index]);
}

async function isUsedByOthers({ id, machineId }: Owned, items: readonly Owned[], arm: Arm): Promise<boolean> {
  const kind = kindOfId(id);
  if (!kind || !SHARED.includes(kind)) return false;
  const users = usersOf(await arm.find({ path: id, version: TYPES[kind].version }));
  const own = items.filter((item) => item.machineId === machineId).map((item) => item.id.toLowerCase());
  return users.some((user) => !own.includes(user.toLowerCase()));
}

/** Ids of the interfaces in a network's subnets, or of the machines in a set. */
function usersOf(found: Found | undefined): readonly string[] {
  const { subnets, virtualMachines } = propertiesOf(found);
  const interfaces = array(subnets).flatMap((subnet) => array(propertiesOf(subnet)['ipConfigurations']));
  return [...interfaces, ...array(virtualMachines)].map(({ id }) =>
    text(id).replace(/\/ipConfigurations\/[^/]+$/i, ''),
  );
}

/** One kind after the other: each holds those behind it. What machines of others use stays. */
export async function discard(items: readonly Owned[], options: AzureOptions, context: Context): Promise<void> {
  if (items.length === 0) return;
  const arm = connect(await accountOf(options, context), context);
  for (const kind of Object.keys(TYPES) as Kind[]) {
    const ids = items.filter(({ id }) => kindOfId(id) === kind).map(({ id }) => id);
    for (const id of ids) {
      const place = { path: id, version: TYPES[kind].version };
      if (SHARED.includes(kind)) await unlessUsed(arm.remove(place));
      else await arm.removeFreed(place);
    }
  }
}
