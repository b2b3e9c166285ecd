import { unprocessable, type Json } from './world.js';

/** What a body may hold; a name with "?" may be left out. */
export type Shape =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'id'
  | { readonly list: Shape }
  | { readonly choices: readonly unknown[] }
  | { readonly members: Readonly<Record<string, Shape>> };

const ADDRESSES: Shape = {
  members: {
    'addresses?': { list: 'string' },
    'droplet_ids?': { list: 'integer' },
    'load_balancer_uids?': { list: 'string' },
    'kubernetes_ids?': { list: 'string' },
    'tags?': { list: 'string' },
  },
};
const rule = (target: string): Shape => ({
  members: { protocol: { choices: ['tcp', 'udp', 'icmp'] }, ports: 'string', [target]: ADDRESSES },
});

/** openapi, 2026-08: resources/droplets/models/droplet_create.yml and droplet_single_create.yml. */
export const DROPLET: Shape = {
  members: {
    name: 'string',
    size: 'string',
    image: 'id',
    'region?': 'string',
    'ssh_keys?': { list: 'id' },
    'backups?': 'boolean',
    'backup_policy?': {
      members: {
        'plan?': { choices: ['daily', 'weekly'] },
        'weekday?': { choices: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
        'hour?': { choices: [0, 4, 8, 12, 16, 20] },
      },
    },
    'ipv6?': 'boolean',
    'monitoring?': 'boolean',
    'tags?': { list: 'string' },
    'user_data?': 'string',
    'volumes?': { list: 'string' },
    'vpc_uuid?': 'string',
    'with_droplet_agent?': 'boolean',
    'public_networking?': 'boolean',
  },
};
/** resources/firewalls/models/firewall.yml and firewall_rule.yml. */
export const FIREWALL: Shape = {
  members: {
    name: 'string',
    'inbound_rules?': { list: rule('sources') },
    'outbound_rules?': { list: rule('destinations') },
    'droplet_ids?': { list: 'integer' },
    'tags?': { list: 'string' },
  },
};
/** resources/ssh_keys/models/sshKeys.yml */
export const KEY: Shape = { members: { name: 'string', public_key: 'string' } };
/** resources/droplets/models/droplet_actions.yml: of the actions, those that need nothing but their type. */
export const ACTION: Shape = {
  members: { type: { choices: ['reboot', 'power_cycle', 'shutdown', 'power_off', 'power_on'] } },
};
/** resources/firewalls/firewalls_assign_droplets.yml */
export const DROPLET_IDS: Shape = { members: { droplet_ids: { list: 'integer' } } };

/** @throws Refused what does not fit, so that a driver's slip is seen whatever the real interface would let pass */
export function parseBody(text: string, shape: Shape): Json {
  const body = JSON.parse(text || '{}') as Json;
  check(body, shape, 'body');
  return body;
}

function check(value: unknown, shape: Shape, path: string): void {
  if (typeof shape === 'string') {
    const isInteger = Number.isInteger(value);
    const isRight = shape === 'id' ? isInteger || typeof value === 'string' : isScalar(value, shape, isInteger);
    if (!isRight) throw unprocessable(`${path} wants ${shape}`);
  } else if ('choices' in shape) {
    if (!shape.choices.includes(value)) throw unprocessable(`${path} is not one of ${shape.choices.join(', ')}`);
  } else if ('list' in shape) {
    if (!Array.isArray(value)) throw unprocessable(`${path} is no array`);
    value.forEach((one, index) => check(one, shape.list, `${path}[${index}]`));
  } else members(value, shape.members, path);
}

function isScalar(value: unknown, shape: string, isInteger: boolean): boolean {
  return shape === 'integer' ? isInteger : typeof value === shape;
}

function members(value: unknown, shapes: Readonly<Record<string, Shape>>, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unprocessable(`${path} is no object`);
  const given = value as Json;
  for (const key of Object.keys(shapes))
    if (!key.endsWith('?') && given[key] === undefined) throw unprocessable(`${path}.${key} is missing`);
  for (const [key, one] of Object.entries(given)) {
    const shape = shapes[key] ?? shapes[`${key}?`];
    if (!shape) throw unprocessable(`${path}.${key} is unknown`);
    check(one, shape, `${path}.${key}`);
  }
}
