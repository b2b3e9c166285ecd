import { invalid, Refused, type Json } from './world.js';

/*
 * Bodies of requests, after the schemas of docs.hetzner.cloud ("Create a Server", "Create an SSH key" …), as
 * github.com/hetznercloud/hcloud-go (hcloud/schema/*.go) writes them down.
 */
export type Shape =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'id or name'
  | 'labels'
  | { readonly list: Shape }
  | { readonly members: Readonly<Record<string, Shape>>; readonly required?: readonly string[] };

const RULE: Shape = {
  members: {
    ...{ direction: 'string', protocol: 'string', port: 'string', description: 'string' },
    source_ips: { list: 'string' },
    destination_ips: { list: 'string' },
  },
  required: ['direction', 'protocol'],
};
const RESOURCE: Shape = {
  members: {
    type: 'string',
    server: { members: { id: 'integer' }, required: ['id'] },
    label_selector: { members: { selector: 'string' }, required: ['selector'] },
  },
  required: ['type'],
};
const NOTHING: Shape = { members: {} };

export const SHAPES: Readonly<Record<string, Shape>> = {
  'POST /servers': {
    members: {
      ...{ name: 'string', server_type: 'id or name', image: 'id or name', location: 'id or name' },
      ...{ start_after_create: 'boolean', user_data: 'string', labels: 'labels', automount: 'boolean' },
      ssh_keys: { list: 'id or name' },
      volumes: { list: 'integer' },
      networks: { list: 'integer' },
      firewalls: { list: { members: { firewall: 'integer' }, required: ['firewall'] } },
      placement_group: 'integer',
      public_net: {
        members: { enable_ipv4: 'boolean', enable_ipv6: 'boolean', ipv4: 'integer', ipv6: 'integer' },
        required: ['enable_ipv4', 'enable_ipv6'],
      },
    },
    required: ['name', 'server_type', 'image'],
  },
  'POST /ssh_keys': {
    members: { name: 'string', public_key: 'string', labels: 'labels' },
    required: ['name', 'public_key'],
  },
  'POST /placement_groups': {
    members: { name: 'string', type: 'string', labels: 'labels' },
    required: ['name', 'type'],
  },
  'POST /firewalls': {
    members: { name: 'string', labels: 'labels', rules: { list: RULE }, apply_to: { list: RESOURCE } },
    required: ['name'],
  },
  'POST /firewalls/:id/actions/set_rules': { members: { rules: { list: RULE } }, required: ['rules'] },
  'POST /firewalls/:id/actions/apply_to_resources': {
    members: { apply_to: { list: RESOURCE } },
    required: ['apply_to'],
  },
  'POST /servers/:id/actions/poweron': NOTHING,
  'POST /servers/:id/actions/poweroff': NOTHING,
  'POST /servers/:id/actions/shutdown': NOTHING,
};

/** @throws Refused invalid_input, json_error */
export function checkedBody(name: string, text: string): Json {
  const shape = SHAPES[name];
  if (!shape) return {};
  let body: unknown;
  try {
    body = JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw new Refused(400, 'json_error', 'invalid JSON');
  }
  check(body, shape, '');
  return body as Json;
}

function check(value: unknown, shape: Shape, path: string): void {
  if (typeof shape === 'string') {
    if (!isOf(value, shape)) throw invalid(path, `${path} is no ${shape}`);
    if (shape === 'labels') checkLabels(value as Json);
  } else if ('list' in shape) {
    if (!Array.isArray(value)) throw invalid(path, `${path} is no array`);
    value.forEach((one, index) => check(one, shape.list, `${path}[${index}]`));
  } else {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw invalid(path, `${path} is no object`);
    const missing = shape.required?.find((key) => !(key in value));
    if (missing !== undefined) throw invalid(missing, `Missing data for required field: ${missing}`);
    for (const [key, one] of Object.entries(value)) {
      const member = shape.members[key];
      if (!member) throw invalid(key, `Unknown field: ${key}`);
      check(one, member, path === '' ? key : `${path}.${key}`);
    }
  }
}

function isOf(value: unknown, shape: Exclude<Shape, object>): boolean {
  if (shape === 'labels') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (shape === 'id or name') return typeof value === 'string' || Number.isInteger(value);
  return shape === 'integer' ? Number.isInteger(value) : typeof value === shape;
}

/** "Labels" of docs.hetzner.cloud. */
function checkLabels(labels: Json): void {
  const part = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
  for (const [key, value] of Object.entries(labels)) {
    const [name = '', prefix = 'a', ...more] = key.split('/').reverse();
    const isKey = part.test(name) && /^[a-z0-9.-]{1,253}$/.test(prefix) && more.length === 0;
    if (!isKey || typeof value !== 'string' || !(value === '' || part.test(value)))
      throw invalid('labels', `label ${key} is not correctly formatted`);
  }
}
