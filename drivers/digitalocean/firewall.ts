import { isFault } from '../../src/cloud/fault.js';
import { array, object, text, texts, type Found } from '../../src/cloud/found.js';
import { poll } from '../../src/poll.js';
import { type Api } from './client.js';
import { SETTLING_MS, type DropletMachine } from './handle.js';
import { ownName } from './owner.js';
import { OUTBOUND, outboundOf, PING, type Rule } from './rules.js';

type Owner = Pick<DropletMachine, 'name' | 'id' | 'store' | 'dropletId'>;

/** Makes the machine's own firewall, or finds that of an earlier call: names of firewalls are unique. */
export async function ensureFirewall(owner: Owner, rules: readonly Rule[], api: Api): Promise<string> {
  const { dropletId } = owner;
  const name = nameOf(owner);
  const body = { name, inbound_rules: [...rules, PING], outbound_rules: OUTBOUND, droplet_ids: [dropletId] };
  return poll(
    async () => {
      try {
        return text(object((await api.post('/firewalls', body))['firewall'])['id']);
      } catch (error) {
        // The droplet is not to be seen everywhere yet.
        if (isFault(error, 'notFound')) return undefined;
        if (!isFault(error, 'conflict')) throw error;
        const [found] = await ownFirewalls(name, api);
        if (!found) throw error;
        if (!isBefore(found, dropletId)) await join(text(found['id']), dropletId, api);
        return text(found['id']);
      }
    },
    { what: `the firewall of ${owner.name} to be made`, withinMs: SETTLING_MS, ...api.rhythm },
  );
}

/** Machines of docker-machine have no id: their droplet's number is what makes the name theirs. */
export function nameOf(owner: Owner): string {
  return owner.id === '' ? `berth-${owner.name}-${owner.dropletId}` : ownName(owner);
}

/** There is no question for one name. */
export async function ownFirewalls(name: string, api: Api): Promise<readonly Found[]> {
  return (await api.list('/firewalls', 'firewalls')).filter((firewall) => firewall['name'] === name);
}

export function isBefore(firewall: Found, dropletId: number): boolean {
  const { droplet_ids: ids } = firewall;
  return Array.isArray(ids) && ids.includes(dropletId);
}

/** Puts a firewall before a droplet. */
export async function join(id: string, dropletId: number, api: Api): Promise<void> {
  await api.post(`/firewalls/${id}/droplets`, { droplet_ids: [dropletId] });
}

/** Writes all of it: what a request leaves out is reset. */
export async function setRules(firewall: Found, inbound: readonly Found[], api: Api): Promise<void> {
  const { id, name, droplet_ids: droplets, tags } = firewall;
  await api.put(`/firewalls/${text(id)}`, {
    name,
    inbound_rules: inbound,
    outbound_rules: outboundOf(firewall),
    droplet_ids: Array.isArray(droplets) ? droplets : [],
    tags: texts(tags),
  });
}

export function inboundOf(firewall: Found): readonly Found[] {
  return array(firewall['inbound_rules']);
}
