import type { StandInRequest } from '../server.js';
import { findDroplet } from './droplets.js';
import { DROPLET_IDS, FIREWALL, parseBody } from './shapes.js';
import { nextUuid, notFound, Refused, unprocessable, type Firewall, type Json, type World } from './world.js';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9.-]+$/;
const PORTS = /^(0|\d{1,5}(-\d{1,5})?)$/;
/** Rules of a firewall, both ways (docs.digitalocean.com, "Cloud Firewalls", Limits). */
const MOST_RULES = 50;

export function createFirewall(world: World, { body: text }: StandInRequest): Json {
  const body = checked(world, text);
  if ([...world.firewalls.values()].some(({ name }) => name === body['name']))
    throw new Refused(409, 'conflict', 'duplicate name');
  const firewall = filled(nextUuid(world), body);
  world.firewalls.set(firewall.id, firewall);
  return { firewall };
}

/** What a request leaves out is reset. */
export function updateFirewall(world: World, id: string, { body }: StandInRequest): Json {
  findFirewall(world, id);
  const firewall = filled(id, checked(world, body));
  world.firewalls.set(id, firewall);
  return { firewall };
}

export function assignDroplets(world: World, id: string, { body: text }: StandInRequest): void {
  const firewall = findFirewall(world, id);
  const { droplet_ids: ids } = parseBody(text, DROPLET_IDS) as { droplet_ids: number[] };
  ids.forEach((droplet) => findDroplet(world, droplet));
  firewall.droplet_ids = [...new Set([...firewall.droplet_ids, ...ids])];
}

export function findFirewall(world: World, id: string): Firewall {
  const found = world.firewalls.get(id);
  if (!found) throw notFound();
  return found;
}

function checked(world: World, text: string): Json {
  const body = parseBody(text, FIREWALL);
  const { name, inbound_rules: inbound = [], outbound_rules: outbound = [], droplet_ids: ids = [], tags = [] } = body;
  const rules = [...(inbound as Json[]), ...(outbound as Json[])];
  if (!NAME.test(String(name))) throw unprocessable('name may contain only alphanumeric characters, "." and "-"');
  if (rules.length === 0) throw unprocessable('the firewall must have at least one rule');
  if (rules.length > MOST_RULES) throw unprocessable('the firewall has too many rules');
  for (const { protocol, ports, sources, destinations } of rules) {
    if (!PORTS.test(String(ports)) || (protocol === 'icmp' && ports !== '0')) throw unprocessable('invalid ports');
    const targets = Object.values((sources ?? destinations) as Record<string, unknown[]>);
    if (targets.length === 0 || targets.some((target) => target.length === 0)) throw unprocessable('missing sources');
  }
  (ids as number[]).forEach((id) => findDroplet(world, id));
  const unknown = (tags as string[]).find((tag) => !world.tags.has(tag));
  if (unknown !== undefined) throw unprocessable(`tag ${unknown} does not exist`);
  return body;
}

function filled(id: string, body: Json): Firewall {
  const { name, inbound_rules = [], outbound_rules = [], droplet_ids = [], tags = [] } = body;
  return {
    ...{ id, status: 'succeeded', created_at: '2026-11-21T10:00:00Z', pending_changes: [] },
    ...{ name: String(name), inbound_rules, outbound_rules, droplet_ids: droplet_ids as number[], tags },
  };
}
