import { BlockList, isIP } from 'node:net';
import { get, neutronError, newId, PROJECT, type Json, type Thing, word, type World } from './world.js';

type Many = readonly Thing[];

/** Lists, by their paths; `one` is the member of a single answer. */
export function neutronLists(world: World): Readonly<Record<string, { one: string; many: string; all: Many }>> {
  return {
    networks: { one: 'network', many: 'networks', all: world.networks },
    ports: { one: 'port', many: 'ports', all: [...world.ports.values()] },
    floatingips: { one: 'floatingip', many: 'floatingips', all: [...world.floatingIps.values()] },
    'security-groups': {
      ...{ one: 'security_group', many: 'security_groups' },
      all: [...world.groups.values()].map((group) => groupView(world, group)),
    },
    'security-group-rules': {
      ...{ one: 'security_group_rule', many: 'security_group_rules' },
      all: [...world.rules.values()],
    },
  };
}

/** Equality of any attribute (api-ref/network, "Filtering and Column Selection"). */
export function filtered(all: Many, query: URLSearchParams): Many {
  const filters = [...query].filter(([key]) => !['limit', 'marker', 'fields'].includes(key));
  return all.filter((one) => filters.every(([key, value]) => word(one[key] ?? '') === value));
}

function groupView(world: World, group: Thing): Thing {
  const rules = [...world.rules.values()].filter((rule) => rule['security_group_id'] === group.id);
  return { ...group, security_group_rules: rules };
}

const owned = (): Json => ({ tenant_id: PROJECT, project_id: PROJECT, created_at: '2026-11-21T10:00:00Z' });

export function createGroup(world: World, body: Json): Json {
  const asked = body['security_group'] as Json;
  const id = newId();
  const group = { ...owned(), id, name: String(asked['name']), description: word(asked['description'] ?? '') };
  world.groups.set(id, group);
  for (const ethertype of ['IPv4', 'IPv6']) addRule(world, { security_group_id: id, direction: 'egress', ethertype });
  return { security_group: groupView(world, group) };
}

export function createRules(world: World, body: Json): Json {
  const asked = body['security_group_rules'] as readonly Json[];
  for (const rule of asked) checkRule(world, rule);
  return { security_group_rules: asked.map((rule) => addRule(world, rule)) };
}

/** Those for which Neutron takes a range of ports, or type and code. */
const WITH_PORTS = ['tcp', 'udp', 'dccp', 'sctp', 'udplite', 'icmp', 'ipv6-icmp', 'icmpv6'];

function checkRule(world: World, rule: Json): void {
  const id = String(rule['security_group_id']);
  get(world.groups, id, () => neutronError(404, 'SecurityGroupNotFound', `Security group ${id} does not exist`));
  const [address = '', bits] = word(rule['remote_ip_prefix'] ?? '').split('/');
  const family = rule['ethertype'] === 'IPv6' ? 6 : 4;
  if (address !== '' && isIP(address) !== family)
    throw neutronError(400, 'SecurityGroupRuleParameterConflict', `Conflicting value ethertype for CIDR ${address}`);
  const range = ['port_range_min', 'port_range_max'].filter((key) => typeof rule[key] === 'number');
  const protocol = word(rule['protocol'] ?? '');
  if (range.length > 0 && !WITH_PORTS.includes(protocol))
    throw neutronError(400, 'SecurityGroupInvalidProtocolForPort', `Invalid protocol ${protocol} for port range`);
  const same = [...world.rules.values()].find(
    (one) =>
      ['security_group_id', 'direction', 'ethertype', 'protocol', 'port_range_min', 'port_range_max'].every(
        (key) => (one[key] ?? null) === (rule[key] ?? null),
      ) && one['remote_ip_prefix'] === cidr(address, bits),
  );
  if (same)
    throw neutronError(409, 'SecurityGroupRuleExists', `Security group rule already exists. Rule id is ${same.id}.`);
}

function addRule(world: World, rule: Json): Thing {
  const [address = '', bits] = word(rule['remote_ip_prefix'] ?? '').split('/');
  const added = {
    ...{ protocol: null, port_range_min: null, port_range_max: null, remote_group_id: null, description: '' },
    ...{ ...owned(), ...rule, id: newId(), name: '', remote_ip_prefix: cidr(address, bits) },
  };
  world.rules.set(added.id, added);
  return added;
}

/** As Neutron writes it: no bits behind the mask (of IPv4, which is what tests ask with). */
function cidr(address: string, bits = isIP(address) === 6 ? '128' : '32'): string | null {
  if (address === '') return null;
  if (isIP(address) === 6) return `${address}/${bits}`;
  const block = new BlockList();
  block.addSubnet(address, Number(bits));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Number(bits) === 0 ? 0 : value - (value % 2 ** (32 - Number(bits)));
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`;
}

export function deleteGroup(world: World, id: string): void {
  get(world.groups, id, () => neutronError(404, 'SecurityGroupNotFound', `Security group ${id} does not exist`));
  const inUse = [...world.ports.values()].some((port) => (port['security_groups'] as readonly string[]).includes(id));
  if (inUse) throw neutronError(409, 'SecurityGroupInUse', `Security Group ${id} in use.`);
  for (const rule of world.rules.values()) if (rule['security_group_id'] === id) world.rules.delete(rule.id);
  world.groups.delete(id);
}

export function deleteRule(world: World, id: string): void {
  get(world.rules, id, () => neutronError(404, 'SecurityGroupRuleNotFound', `Security group rule ${id} not found`));
  world.rules.delete(id);
}

export function createFloatingIp(world: World, body: Json): Json {
  const asked = body['floatingip'] as Json;
  const pool = world.networks.find(({ id }) => id === asked['floating_network_id']);
  if (pool?.['router:external'] !== true)
    throw neutronError(
      400,
      'BadRequest',
      `Network ${String(asked['floating_network_id'])} is not a valid external network`,
    );
  const port = get(world.ports, asked['port_id'], () =>
    neutronError(404, 'PortNotFound', `Port ${String(asked['port_id'])} could not be found.`),
  );
  const server = world.servers.get(String(port['device_id']));
  world.next += 1;
  // Where a real host stands behind it there is no address but its own.
  const address = world.machinery ? (server?.address ?? '') : `192.0.2.${(world.next % 250) + 3}`;
  const found = { ...owned(), id: newId(), name: '', status: 'ACTIVE', ...asked, floating_ip_address: address };
  world.floatingIps.set(found.id, found);
  return { floatingip: found };
}

export function deleteFloatingIp(world: World, id: string): void {
  get(world.floatingIps, id, () => neutronError(404, 'FloatingIPNotFound', `Floating IP ${id} could not be found`));
  world.floatingIps.delete(id);
}
