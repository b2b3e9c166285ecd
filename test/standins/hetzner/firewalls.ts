import { BlockList, isIP } from 'node:net';
import { firewallView } from './views.js';
import {
  actionView,
  begin,
  checkName,
  get,
  invalid,
  newId,
  Refused,
  type Firewall,
  type Json,
  type Labels,
  type World,
} from './world.js';

export function createFirewall(world: World, body: Json): Json {
  const rules = checkedRules(body['rules']);
  const firewall: Firewall = {
    ...{ id: newId(world), name: checkName(world.firewalls, body['name'], 'firewall'), rules },
    ...{ labels: (body['labels'] ?? {}) as Labels, others: false },
  };
  world.firewalls.set(firewall.id, firewall);
  const actions = apply(world, firewall, body['apply_to']);
  return { firewall: firewallView(world, firewall), actions };
}

export function setRules(world: World, firewall: Firewall, body: Json): Json {
  firewall.rules = checkedRules(body['rules']);
  return { actions: [actionView(begin(world, 'set_firewall_rules', undefined, () => undefined))] };
}

export function applyFirewall(world: World, firewall: Firewall, body: Json): Json {
  return { actions: apply(world, firewall, body['apply_to']) };
}

function apply(world: World, firewall: Firewall, to: unknown): readonly Json[] {
  return ((to ?? []) as readonly { type: string; server?: { id: number } }[]).map(({ type, server: asked }) => {
    if (type !== 'server' || !asked) throw invalid('apply_to', 'the stand-in knows servers alone');
    const server = get(world.servers, asked.id, 'server');
    if (server.firewalls.includes(firewall.id))
      throw new Refused(422, 'firewall_already_applied', 'firewall is already applied');
    server.firewalls = [...server.firewalls, firewall.id];
    return actionView(begin(world, 'apply_firewall', undefined, () => undefined));
  });
}

export function deleteFirewall(world: World, { id }: Firewall): void {
  if ([...world.servers.values()].some(({ firewalls }) => firewalls.includes(id)))
    throw new Refused(422, 'resource_in_use', `firewall with ID ${id} is still in use`);
  world.firewalls.delete(id);
}

/** "Firewalls" of docs.hetzner.cloud. */
function checkedRules(value: unknown): readonly Json[] {
  const rules = (value ?? []) as readonly Json[];
  if (rules.length > 50) throw new Refused(422, 'invalid_input', 'too many rules', 'rules');
  for (const { direction, protocol, port, source_ips: sources, destination_ips: destinations } of rules) {
    if (direction !== 'in' && direction !== 'out') throw invalid('direction', 'unknown direction');
    const needsPort = protocol === 'tcp' || protocol === 'udp';
    if (!needsPort && !['icmp', 'esp', 'gre'].includes(String(protocol))) throw invalid('protocol', 'unknown protocol');
    if (needsPort !== (port !== undefined)) throw invalid('port', 'port is for tcp and udp');
    if (needsPort && !/^(any|\d{1,5}(-\d{1,5})?)$/.test(String(port))) throw invalid('port', 'no port');
    const blocks = (direction === 'in' ? sources : destinations) as readonly string[] | undefined;
    if (!blocks || blocks.length === 0) throw invalid('source_ips', 'at least one block is needed');
    if (blocks.length > 100) throw invalid('source_ips', 'too many blocks');
    for (const block of blocks) checkBlock(block);
  }
  return rules;
}

/** A block is written as its first address, which has no bits behind the mask. */
function checkBlock(block: string): void {
  const [address = '', bits = ''] = block.split('/');
  const family = isIP(address);
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (family === 0 || !/^\d{1,3}$/.test(bits)) throw invalid('source_ips', `${block} is no network`);
  if (Number(bits) === 0) {
    if (!['0.0.0.0', '::'].includes(address)) throw invalid('source_ips', `${block} has host bits`);
    return;
  }
  // The address before the first one of a block is outside of it.
  const list = new BlockList();
  list.addSubnet(address, Number(bits), type);
  const before = family === 4 ? previous4(address) : undefined;
  if (before !== undefined && list.check(before, type)) throw invalid('source_ips', `${block} has host bits`);
}

function previous4(address: string): string | undefined {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) - 1;
  return value < 0 ? undefined : [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
