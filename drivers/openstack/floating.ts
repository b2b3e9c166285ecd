import { object, text, type Found } from '../../src/cloud/found.js';
import { poll } from '../../src/poll.js';
import { segment, type Api } from './client.js';
import { ensure } from './ensure.js';
import { described, ownerByDescription, type Owner } from './tags.js';
import { idOf } from './values.js';

export interface WantedAddress {
  readonly owner: Owner;
  readonly serverId: string;
  /** The external network that it comes from. */
  readonly poolId: string;
  /** The network whose port gets it. */
  readonly networkId: string;
  readonly withinMs: number;
  /** An earlier call may have made it. */
  readonly isLookedFor: boolean;
}

/** A fresh address for the server's port, given in the very request that makes it. */
export async function ensureFloatingIp(wanted: WantedAddress, api: Api): Promise<Found> {
  const { owner, poolId, isLookedFor } = wanted;
  const port = await portOf(wanted, api);
  const body = { floating_network_id: poolId, port_id: idOf(port), description: described(owner) };
  return ensure(
    {
      isLookedFor,
      find: async () => (await ownFloatingIps(owner, api))[0],
      make: async () => object((await api.post('network', '/floatingips', { floatingip: body }))['floatingip']),
    },
    api,
  );
}

/** Nova makes the ports while the server is being built. */
async function portOf({ serverId, networkId, withinMs }: WantedAddress, api: Api): Promise<Found> {
  return poll(
    async () => {
      const ports = await api.list('network', '/ports', { device_id: serverId });
      return ports.find((one) => text(one['network_id']) === networkId);
    },
    { what: `server ${serverId} to have a port`, withinMs, ...api.rhythm },
  );
}

export async function ownFloatingIps(owner: Owner, api: Api): Promise<readonly Found[]> {
  if (owner.id === '') return [];
  const found = await api.list('network', '/floatingips', { description: described(owner) });
  return found.filter((one) => ownerByDescription(one)?.machineId === owner.id);
}

export async function removeFloatingIp(id: string, api: Api): Promise<void> {
  await api.remove('network', `/floatingips/${segment(id)}`);
}
