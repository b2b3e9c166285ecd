import type { At } from './client.js';
import type { AzureMachine } from './handle.js';
import { API } from './versions.js';

/** Types of what belongs to a machine, with the version of the interface that serves them, in the order of removal. */
export const TYPES = {
  vm: { type: 'Microsoft.Compute/virtualMachines', version: API.compute, title: 'virtual machine' },
  disk: { type: 'Microsoft.Compute/disks', version: API.disks, title: 'disk' },
  nic: { type: 'Microsoft.Network/networkInterfaces', version: API.network, title: 'network interface' },
  publicIp: { type: 'Microsoft.Network/publicIPAddresses', version: API.network, title: 'public address' },
  nsg: { type: 'Microsoft.Network/networkSecurityGroups', version: API.network, title: 'security group' },
  vnet: { type: 'Microsoft.Network/virtualNetworks', version: API.network, title: 'virtual network' },
  availabilitySet: { type: 'Microsoft.Compute/availabilitySets', version: API.compute, title: 'availability set' },
} as const;
export type Kind = keyof typeof TYPES;

type Where = Pick<AzureMachine, 'subscription' | 'group'>;

export function groupAt({ subscription, group }: Where): At {
  const path = `/subscriptions/${subscription}/resourceGroups/${encodeURIComponent(group)}`;
  return { path, version: API.resources };
}

export function at(where: Where, kind: Kind, name: string): At {
  const { type, version } = TYPES[kind];
  return { path: `${groupAt(where).path}/providers/${type}/${encodeURIComponent(name)}`, version };
}

export function vmAt(resource: AzureMachine): At {
  return at(resource, 'vm', resource.vm);
}

export function vnetAt({ subscription, network }: AzureMachine): At {
  return at({ subscription, group: network.group }, 'vnet', network.vnet);
}

export function subnetAt(resource: AzureMachine): At {
  return below(vnetAt(resource), `subnets/${encodeURIComponent(resource.network.subnet)}`);
}

export function below({ path, version }: At, rest: string): At {
  return { path: `${path}/${rest}`, version };
}

/** Something of a whole subscription; `what` begins after the provider: "locations/westus/usages". */
export function computeAt(
  { subscription }: Pick<Where, 'subscription'>,
  what: string,
  version: string = API.compute,
): At {
  return { path: `/subscriptions/${subscription}/providers/Microsoft.Compute/${what}`, version };
}

/** An id as Azure spells it, capitals as they come; undefined for what is not of a machine. */
export function kindOfId(id: string): Kind | undefined {
  const kinds = Object.keys(TYPES) as Kind[];
  return kinds.find((kind) => new RegExp(`/providers/${TYPES[kind].type}/[^/]+$`, 'i').test(id));
}
