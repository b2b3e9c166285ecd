import { createHash, randomUUID } from 'node:crypto';
import { isFault } from '../../src/cloud/fault.js';
import { ESP, portText } from '../../src/cloud/ports.js';
import type { PortRule } from '../../src/driver.js';
import type { Firewall } from './api.js';
import { unlessMissing, type Compute } from './client.js';
import { ownerText } from './labels.js';
import type { GoogleMachine } from './machine.js';
import { networkParts } from './network.js';
import { together } from '../../src/cloud/together.js';

/*
 * Each port with its sources is a rule of its own in the network's firewall, named after them and after the machine's network
 * tag: to open it twice is one rule, to close it deletes that rule, and nothing is read in order to be changed. Firewall
 * rules have no labels; whose they are stands in their description. docker-machine's rule `docker-machines`, which every
 * machine of a project shares, stays as it is.
 */
interface Asking {
  readonly compute: Compute;
}
type Machine = Pick<GoogleMachine, 'tag' | 'network' | 'name' | 'id' | 'store'>;

export async function openRules(machine: Machine, rules: readonly PortRule[], { compute }: Asking): Promise<void> {
  const { project } = networkParts(machine.network);
  await together(
    rules.flatMap(byFamily).map(async (rule) => {
      try {
        const asked = { project, firewallResource: firewallOf(machine, rule), requestId: randomUUID() };
        await compute.done(await compute.ask('Firewalls.insert', asked), project);
      } catch (error) {
        if (!isFault(error, 'conflict')) throw error;
      }
    }),
  );
}

/** Rules that a machine has, its own and those of its other tags; sources of one port together. */
export async function listRules(machine: Machine, asking: Asking): Promise<readonly PortRule[]> {
  const joined = new Map<string, PortRule>();
  for (const rule of (await ownFirewalls(machine, asking)).flatMap(rulesIn)) {
    const key = portText(rule);
    joined.set(key, { ...rule, sources: [...(joined.get(key)?.sources ?? []), ...rule.sources].sort() });
  }
  return [...joined.values()].sort((a, b) => a.from - b.from);
}

/** Takes the sources away from the ports; a rule without any is deleted. */
export async function closeRules(machine: Machine, rules: readonly PortRule[], asking: Asking): Promise<void> {
  const { compute } = asking;
  const { project } = networkParts(machine.network);
  await together(
    (await ownFirewalls(machine, asking)).map(async (firewall) => {
      const [own] = rulesIn(firewall);
      const closed = rules.filter((rule) => own && portText(rule) === portText(own)).flatMap(({ sources }) => sources);
      const left = own?.sources.filter((source) => !closed.includes(source)) ?? [];
      if (!own || left.length === own.sources.length) return;
      await deleteRule(firewall.name ?? '', project, compute);
      if (left.length > 0) await openRules(machine, [{ ...own, sources: left }], asking);
    }),
  );
}

/** Every rule of the machine; what is gone already is success. */
export async function removeRules(machine: Machine, asking: Asking): Promise<void> {
  const { project } = networkParts(machine.network);
  const all = await ownFirewalls(machine, asking);
  await together(all.map(({ name = '' }) => deleteRule(name, project, asking.compute)));
}

export async function deleteRule(firewall: string, project: string, compute: Compute): Promise<void> {
  const asked = compute.ask('Firewalls.delete', { project, firewall, requestId: randomUUID() });
  const operation = await unlessMissing(asked);
  if (operation) await unlessMissing(compute.done(operation, project));
}

async function ownFirewalls({ tag, network }: Machine, { compute }: Asking): Promise<readonly Firewall[]> {
  if (tag === '') return [];
  const { project } = networkParts(network);
  return compute.ask('Firewalls.list', { project, filter: `name eq "${tag}-[0-9a-f]+"` });
}

/** A rule of the firewall has sources of one family only. */
function byFamily(rule: PortRule): PortRule[] {
  const [six, four] = [true, false].map((isSix) => rule.sources.filter((source) => source.includes(':') === isSix));
  return [four, six].flatMap((sources) => (sources && sources.length > 0 ? [{ ...rule, sources }] : []));
}

function firewallOf(machine: Machine, rule: PortRule): Firewall {
  const { protocol, from, to } = rule;
  const sources = [...rule.sources].sort();
  const hash = createHash('sha256')
    .update(`${portText(rule)} ${sources.join(' ')}`)
    .digest('hex');
  return {
    name: `${machine.tag}-${hash.slice(0, 7)}`,
    description: ownerText(machine),
    network: machine.network,
    direction: 'INGRESS',
    allowed: [
      protocol === 'esp'
        ? { IPProtocol: protocol }
        : { IPProtocol: protocol, ports: [from === to ? `${from}` : `${from}-${to}`] },
    ],
    sourceRanges: sources,
    targetTags: [machine.tag],
  };
}

function rulesIn({ allowed = [], sourceRanges = [], disabled }: Firewall): PortRule[] {
  if (disabled) return [];
  return allowed.flatMap(({ IPProtocol, ports = [] }): PortRule[] => {
    if (IPProtocol === 'esp') return [{ ...ESP, sources: sourceRanges }];
    return ports.map((text) => {
      const [from = 0, to = from] = text.split('-').map(Number);
      return { protocol: IPProtocol === 'udp' ? 'udp' : 'tcp', from, to, sources: sourceRanges };
    });
  });
}
