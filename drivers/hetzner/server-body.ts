import { ownerTags } from '../../src/cloud/owner.js';
import type { NewHost } from '../../src/driver.js';
import { idOf } from './client.js';
import type { Plan, Try } from './lookup.js';
import type { HetznerOptions } from './options.js';
import { labelsIn } from './settings.js';
import { publicNetOf } from './stored.js';

export interface ServerParts {
  readonly plan: Plan;
  readonly one: Try;
  readonly keyIds: readonly number[];
  /** The machine's own firewall, 0 where the user has named others or none is wanted. */
  readonly firewallId: number;
  readonly groupId: number;
  readonly userData: string;
}

/** The request for a server (docs.hetzner.cloud, "Create a Server"); what is not asked for is not in it. */
export function serverBody(host: NewHost<HetznerOptions>, parts: ServerParts): Readonly<Record<string, unknown>> {
  const { options, name } = host;
  const { plan, one, keyIds, firewallId, groupId, userData } = parts;
  const firewalls = firewallId === 0 ? plan.firewalls.map(idOf) : [firewallId];
  return {
    name,
    server_type: one.type,
    image: one.imageId,
    ...(one.zone === '' ? {} : { location: one.zone }),
    ssh_keys: [...new Set(keyIds)],
    user_data: userData,
    labels: { ...labelsIn(options['server-label'], 'server-label'), ...ownerTags(host) },
    ...(plan.volumes.length === 0 ? {} : { volumes: plan.volumes.map(idOf), automount: false }),
    ...(plan.networks.length === 0 ? {} : { networks: plan.networks.map(idOf) }),
    ...(firewalls.length === 0 ? {} : { firewalls: firewalls.map((firewall) => ({ firewall })) }),
    ...(groupId === 0 ? {} : { placement_group: groupId }),
    ...publicNet(options, plan),
  };
}

/** Left out where both addresses are wanted, and any will do. */
function publicNet(options: HetznerOptions, { ipv4, ipv6 }: Plan): { readonly public_net?: object } {
  const { disable4, disable6 } = publicNetOf(options);
  if (!disable4 && !disable6 && !ipv4 && !ipv6) return {};
  return {
    public_net: {
      enable_ipv4: !disable4,
      enable_ipv6: !disable6,
      ...(ipv4 ? { ipv4: idOf(ipv4) } : {}),
      ...(ipv6 ? { ipv6: idOf(ipv6) } : {}),
    },
  };
}
