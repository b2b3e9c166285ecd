import type { StandInAnswer } from '../server.js';
import { checkInterface, checkPrefixes } from './addresses.js';
import { blank, bootMachine, checkDelete, checkMachine, deleteMachine, type SoldOut } from './machines.js';
import { SHAPES } from './shapes.js';
import { faultIn } from './validate.js';
import { view } from './views.js';
import { find, operation, parts, Refused, usersOf, type Json, type Resource, type World } from './world.js';

const VM = 'microsoft.compute/virtualmachines';
const NIC = 'microsoft.network/networkinterfaces';
const VNET = 'microsoft.network/virtualnetworks';

export interface Place {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

/** A lookup does not find what has just been made. */
export function seen(one: Resource | undefined): Resource | undefined {
  if (!one || one.hidden === 0) return one;
  one.hidden -= 1;
  return undefined;
}

export function get(world: World, { id, type, name }: Place, withInstance: boolean): StandInAnswer {
  const one = seen(find(world, id));
  if (one?.type === type) return { status: 200, body: view(world, one, withInstance) };
  throw new Refused(404, 'ResourceNotFound', `The Resource '${type}/${name}' was not found.`);
}

export function put(world: World, { id, type, name }: Place, body: Json, soldOut: SoldOut): StandInAnswer {
  const shape = SHAPES[type];
  if (!shape) throw new Refused(404, 'InvalidResourceType', `The resource type '${type}' could not be found.`);
  const fault = faultIn(body, shape);
  if (fault !== undefined) throw new Refused(400, 'InvalidRequestContent', fault);
  const existing = find(world, id);
  checkReferences(world, type, body, existing);
  const size = ((body['properties'] as Json | undefined)?.['hardwareProfile'] as Json | undefined)?.['vmSize'];
  if (type === VM && soldOut.get(String(size)) === 'at once')
    throw new Refused(
      409,
      'SkuNotAvailable',
      `The requested size for resource is currently not available: ${String(size)}.`,
    );
  if (existing) {
    existing.body = type === VM ? existing.body : body;
    return { status: 200, headers: operation(world), body: view(world, existing) };
  }
  const made: Resource = { ...blank, id, type, name, body, hidden: world.lookupsUntilSeen };
  world.resources.set(id.toLowerCase(), made);
  const headers = type === VM ? bootMachine(world, made, soldOut) : type === 'resourcegroups' ? {} : operation(world);
  return { status: 201, headers, body: view(world, made) };
}

/** @throws Refused for what the body names and is not there */
function checkReferences(world: World, type: string, body: Json, existing: Resource | undefined): void {
  if (type === VM) return checkMachine(world, body, existing);
  if (type === NIC) checkInterface(world, body);
  if (type === VNET) checkPrefixes((body['properties'] ?? {}) as Json);
}

export function remove(world: World, { id, type }: Place): StandInAnswer {
  const one = find(world, id);
  if (!one) return { status: 204 };
  if (type === 'resourcegroups') throw new Refused(403, 'AuthorizationFailed', 'Nobody removes a resource group here.');
  if (type === VNET) checkSubnets(world, one);
  checkDelete(world, one);
  world.resources.delete(id.toLowerCase());
  if (type === VM) deleteMachine(world, one);
  return { status: 202, headers: operation(world) };
}

function checkSubnets(world: World, vnet: Resource): void {
  for (const subnet of (parts(vnet)['subnets'] ?? []) as Json[]) {
    const id = `${vnet.id}/subnets/${String(subnet['name'])}`;
    if (usersOf(world, id, NIC).length > 0)
      throw new Refused(400, 'InUseSubnetCannotBeDeleted', `Subnet ${String(subnet['name'])} is in use.`);
  }
}

/** Subnets and rules of security groups are parts of what holds them. */
export function part(world: World, method: string, { id, type, name }: Place, body: Json): StandInAnswer {
  const [holderId = '', list = ''] = [
    id.slice(0, id.lastIndexOf('/')),
    type.endsWith('subnets') ? 'subnets' : 'securityRules',
  ].map((text, index) => (index === 0 ? text.slice(0, text.lastIndexOf('/')) : text));
  const holder = find(world, holderId);
  if (!holder) {
    if (method === 'DELETE') return { status: 204 };
    throw new Refused(404, 'ResourceNotFound', `The Resource '${holderId}' was not found.`);
  }
  const items = (parts(holder)[list] ?? []) as Json[];
  const isIt = (one: Json): boolean => String(one['name']).toLowerCase() === name.toLowerCase();
  const found = items.find(isIt);
  const rest = items.filter((one) => one !== found);
  const set = (next: Json[]): void =>
    void (holder.body = { ...holder.body, properties: { ...parts(holder), [list]: next } });
  if (method === 'GET') {
    if (!found) throw new Refused(404, 'NotFound', `Resource ${id} not found.`);
    return { status: 200, body: { ...found, id } };
  }
  if (method === 'DELETE') {
    if (list === 'subnets' && usersOf(world, id, NIC).length > 0)
      throw new Refused(400, 'InUseSubnetCannotBeDeleted', `Subnet ${name} is in use.`);
    set(rest);
    return { status: found ? 202 : 204, headers: operation(world) };
  }
  const fault = faultIn(body, SHAPES[type] ?? 'map');
  if (fault !== undefined) throw new Refused(400, 'InvalidRequestContent', fault);
  checkRule(list, body, rest);
  if (list === 'subnets') checkPrefixes({ ...parts(holder), subnets: [{ name, ...body }] });
  set([...rest, { name, ...body }]);
  return { status: found ? 200 : 201, headers: operation(world), body: { name, ...body, id } };
}

function checkRule(list: string, body: Json, others: readonly Json[]): void {
  if (list !== 'securityRules') return;
  const { priority, sourceAddressPrefixes = [] } = body['properties'] as {
    priority: number;
    sourceAddressPrefixes?: string[];
  };
  const other = others.find((one) => (one['properties'] as Json)['priority'] === priority);
  if (other)
    throw new Refused(400, 'SecurityRuleConflict', `Security rule ${String(other['name'])} has the same priority.`);
  if (priority < 100 || priority > 4096)
    throw new Refused(400, 'SecurityRuleInvalidPriority', `Security rule has invalid priority ${priority}.`);
  if (new Set(sourceAddressPrefixes.map((block) => block.includes(':'))).size > 1)
    throw new Refused(400, 'SecurityRuleParameterContainsMixedFamilies', 'Security rule mixes IPv4 and IPv6.');
}
