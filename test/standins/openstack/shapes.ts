import type { Json, Refused } from './world.js';

/*
 * Bodies of requests: nova/api/openstack/compute/schemas/{servers,keypairs}.py as of microversion 2.52,
 * neutron-lib's neutron_lib/api/definitions/{l3,security_groups…}.py, cinder/api/schemas/volumes.py (3.0), keystone/auth/schema.py.
 */
export type Shape =
  | 'string'
  | 'uuid'
  | 'base64'
  | 'integer'
  | 'boolean'
  | 'null'
  | 'texts'
  | { readonly list: Shape }
  | { readonly members: Readonly<Record<string, Shape>>; readonly required?: readonly string[] };

const one = (name: string, members: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape => ({
  members: { [name]: { members, required } },
  required: [name],
});

const SERVER: Shape = {
  members: {
    server: {
      members: {
        ...{ name: 'string', imageRef: 'string', flavorRef: 'string', adminPass: 'string', metadata: 'texts' },
        networks: { list: { members: { fixed_ip: 'string', port: 'uuid', uuid: 'uuid', tag: 'string' } } },
        ...{ 'OS-DCF:diskConfig': 'string', accessIPv4: 'string', accessIPv6: 'string', availability_zone: 'string' },
        block_device_mapping_v2: {
          list: {
            members: {
              ...{ source_type: 'string', uuid: 'string', destination_type: 'string', boot_index: 'integer' },
              ...{ delete_on_termination: 'boolean', device_name: 'string', volume_size: 'integer', tag: 'string' },
            },
          },
        },
        ...{ config_drive: 'boolean', key_name: 'string', min_count: 'integer', max_count: 'integer' },
        security_groups: { list: { members: { name: 'string' } } },
        ...{ user_data: 'base64', description: 'string', tags: { list: 'string' } },
      },
      required: ['name', 'flavorRef', 'networks'],
    },
    'os:scheduler_hints': { members: { group: 'uuid' } },
  },
  required: ['server'],
};

const RULE: Shape = {
  members: {
    ...{ security_group_id: 'uuid', direction: 'string', ethertype: 'string', protocol: 'string' },
    ...{ port_range_min: 'integer', port_range_max: 'integer', remote_ip_prefix: 'string' },
    ...{ remote_group_id: 'uuid', description: 'string' },
  },
  required: ['security_group_id', 'direction'],
};

export const SHAPES: Readonly<Record<string, Shape>> = {
  'POST /compute/v2.1/servers': SERVER,
  'POST /compute/v2.1/os-keypairs': one('keypair', { name: 'string', public_key: 'string' }, ['name']),
  'POST /network/v2.0/security-groups': one('security_group', { name: 'string', description: 'string' }),
  'POST /network/v2.0/security-group-rules': { members: { security_group_rules: { list: RULE } } },
  'POST /network/v2.0/floatingips': one(
    'floatingip',
    {
      ...{ floating_network_id: 'uuid', port_id: 'uuid', description: 'string' },
      ...{ fixed_ip_address: 'string', floating_ip_address: 'string', subnet_id: 'uuid' },
    },
    ['floating_network_id'],
  ),
  'POST /volume/v3/:project/volumes': one(
    'volume',
    {
      ...{ name: 'string', description: 'string', size: 'integer', imageRef: 'uuid', volume_type: 'string' },
      ...{ availability_zone: 'string', metadata: 'texts', snapshot_id: 'uuid', source_volid: 'uuid' },
    },
    ['size'],
  ),
};

/** Verbs of a server: one member, whose value has its shape. */
export const ACTIONS: Readonly<Record<string, Shape>> = {
  ...{ 'os-start': 'null', 'os-stop': 'null', unpause: 'null', resume: 'null', unshelve: 'null' },
  addSecurityGroup: { members: { name: 'string' }, required: ['name'] },
  'os-getConsoleOutput': { members: { length: 'integer' } },
};

type Refuse = (message: string) => Refused;

/** @throws what `refuse` makes of it */
export function check(value: unknown, shape: Shape, refuse: Refuse, path = 'body'): void {
  if (typeof shape === 'string') {
    if (!isOf(value, shape)) throw refuse(`Invalid input for field/attribute ${path}. Value: ${String(value)}.`);
    return;
  }
  if ('list' in shape) {
    if (!Array.isArray(value)) throw refuse(`Invalid input for field/attribute ${path}: no array`);
    value.forEach((item) => check(item, shape.list, refuse, path));
    return;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(`${path} is no object`);
  const missing = shape.required?.find((key) => !(key in value));
  if (missing !== undefined) throw refuse(`'${missing}' is a required property`);
  for (const [key, item] of Object.entries(value as Json)) {
    const member = shape.members[key];
    if (!member) throw refuse(`Additional properties are not allowed ('${key}' was unexpected)`);
    check(item, member, refuse, key);
  }
}

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/;

function isOf(value: unknown, shape: Exclude<Shape, object>): boolean {
  if (shape === 'null') return value === null;
  if (shape === 'integer') return Number.isInteger(value);
  if (shape === 'uuid') return typeof value === 'string' && UUID.test(value);
  if (shape === 'base64')
    return typeof value === 'string' && value.length <= 65_535 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  if (shape === 'texts') return typeof value === 'object' && value !== null && Object.values(value).every(isShortText);
  return shape === 'string' ? isShortText(value) : typeof value === shape;
}

/** Names, values and descriptions have 255 characters; public keys more. */
function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= (value.startsWith('ssh-') ? 16_384 : 255);
}
