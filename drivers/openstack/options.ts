import type { OptionsOf, OptionTable } from '../../src/driver.js';

/** Options of docker-machine's driver and of Rancher's, by what they are about; berth's own: cloud, token, endpoint, fixed-ip, open-port, volume-keep. */
const account = {
  cloud: { kind: 'string', env: 'OS_CLOUD', help: 'entry of clouds.yaml that says all that is not said otherwise' },
  'auth-url': { kind: 'string', env: 'OS_AUTH_URL', help: 'URL of Keystone' },
  endpoint: { kind: 'string', help: 'URL of Keystone, the name of the option that other drivers have' },
  insecure: { kind: 'boolean', env: 'OS_INSECURE', help: 'do not check certificates of the cloud' },
  cacert: { kind: 'string', env: 'OS_CACERT', help: 'file of certificates that the cloud is checked with' },
  region: { kind: 'string', env: 'OS_REGION_NAME', help: 'region; the only one if none is given' },
  'endpoint-type': {
    kind: 'string',
    env: 'OS_ENDPOINT_TYPE',
    help: 'which addresses of the services to use: public, internal or admin',
  },
} as const satisfies OptionTable;

const who = {
  username: { kind: 'string', env: 'OS_USERNAME', help: 'user name' },
  'user-id': { kind: 'string', env: 'OS_USER_ID', help: 'id of the user, instead of the name' },
  password: { kind: 'string', secret: true, env: 'OS_PASSWORD', help: 'password of the user' },
  'tenant-name': { kind: 'string', env: 'OS_TENANT_NAME', help: 'name of the project' },
  'tenant-id': { kind: 'string', env: 'OS_TENANT_ID', help: 'id of the project' },
  'domain-name': { kind: 'string', env: 'OS_DOMAIN_NAME', help: 'name of the domain of user and project' },
  'domain-id': { kind: 'string', env: 'OS_DOMAIN_ID', help: 'id of the domain of user and project' },
  'user-domain-name': { kind: 'string', env: 'OS_USER_DOMAIN_NAME', help: "name of the user's domain" },
  'user-domain-id': { kind: 'string', env: 'OS_USER_DOMAIN_ID', help: "id of the user's domain" },
  'tenant-domain-name': { kind: 'string', env: 'OS_TENANT_DOMAIN_NAME', help: "name of the project's domain" },
  'tenant-domain-id': { kind: 'string', env: 'OS_TENANT_DOMAIN_ID', help: "id of the project's domain" },
  'application-credential-id': {
    kind: 'string',
    env: 'OS_APPLICATION_CREDENTIAL_ID',
    help: 'id of an application credential',
  },
  'application-credential-name': {
    kind: 'string',
    env: 'OS_APPLICATION_CREDENTIAL_NAME',
    help: 'name of an application credential of the user',
  },
  'application-credential-secret': {
    kind: 'string',
    secret: true,
    env: 'OS_APPLICATION_CREDENTIAL_SECRET',
    help: 'secret of the application credential',
  },
  token: { kind: 'string', secret: true, env: 'OS_TOKEN', help: 'token of Keystone, instead of a password' },
} as const satisfies OptionTable;

const machine = {
  'flavor-name': {
    kind: 'string',
    env: 'OS_FLAVOR_NAME',
    help: 'flavors by name, parted by commas, tried in order; a small one if none is given',
  },
  'flavor-id': { kind: 'string', env: 'OS_FLAVOR_ID', help: 'flavors by id, parted by commas, tried in order' },
  'image-name': {
    kind: 'string',
    env: 'OS_IMAGE_NAME',
    help: 'image by name; the newest Ubuntu 24.04 if none is given',
  },
  'image-id': { kind: 'string', env: 'OS_IMAGE_ID', help: 'image by id' },
  'availability-zone': {
    kind: 'string',
    env: 'OS_AVAILABILITY_ZONE',
    help: 'availability zones, parted by commas, tried in order',
  },
  'server-group-name': { kind: 'string', env: 'OS_SERVER_GROUP_NAME', help: 'server group by name' },
  'server-group-id': { kind: 'string', env: 'OS_SERVER_GROUP_ID', help: 'server group by id' },
  'config-drive': { kind: 'boolean', env: 'OS_CONFIG_DRIVE', help: 'hand the user-data over on a drive' },
  metadata: { kind: 'string', env: 'OS_METADATA', help: 'metadata of the server: key1,value1,key2,value2' },
  'user-data-file': {
    kind: 'string',
    env: 'OS_USER_DATA_FILE',
    help: 'file of user-data, joined with what berth plants',
  },
} as const satisfies OptionTable;

const volume = {
  'boot-from-volume': { kind: 'boolean', env: 'OS_BOOT_FROM_VOLUME', help: 'boot from a volume made of the image' },
  'volume-size': {
    kind: 'integer',
    default: 0,
    min: 0,
    env: 'OS_VOLUME_SIZE',
    help: "GiB of the volume; 0 is the flavor's disk to boot from, and no volume otherwise",
  },
  'volume-type': {
    kind: 'string',
    env: 'OS_VOLUME_TYPE',
    help: "type of the volume, the cloud's own if none is given",
  },
  'volume-name': { kind: 'string', env: 'OS_VOLUME_NAME', help: 'name of the volume that is made' },
  'volume-id': { kind: 'string', env: 'OS_VOLUME_ID', help: 'volume that exists, to boot from or to attach' },
  'volume-device-path': {
    kind: 'string',
    env: 'OS_VOLUME_DEVICE_PATH',
    help: 'device that the volume becomes: /dev/vdb',
  },
  'volume-keep': { kind: 'boolean', help: 'leave the volume that is made when the machine is removed' },
} as const satisfies OptionTable;

const network = {
  'net-name': { kind: 'string', env: 'OS_NETWORK_NAME', help: 'networks by name, parted by commas' },
  'net-id': { kind: 'string', env: 'OS_NETWORK_ID', help: 'networks by id, parted by commas' },
  'fixed-ip': { kind: 'string', env: 'OS_FIXED_IP', help: 'address that the machine gets in the first network' },
  'ip-version': {
    kind: 'integer',
    default: 4,
    min: 4,
    max: 6,
    env: 'OS_IP_VERSION',
    help: 'which address to log in to: 4 or 6',
  },
  'floatingip-pool': {
    kind: 'string',
    env: 'OS_FLOATINGIP_POOL',
    help: 'external network, by name or id, that a floating IP is taken from',
  },
  'sec-groups': {
    kind: 'string',
    env: 'OS_SECURITY_GROUPS',
    help: "security groups, parted by commas, instead of the machine's own",
  },
  'open-port': { kind: 'list', help: 'port[-port][/tcp|udp] to open to everybody (can be given several times)' },
  'nova-network': { kind: 'boolean', env: 'OS_NOVA_NETWORK', help: "retired: networks are Neutron's" },
} as const satisfies OptionTable;

const login = {
  'ssh-user': { kind: 'string', default: 'root', env: 'OS_SSH_USER', help: 'user to log in as' },
  'ssh-port': { kind: 'integer', default: 22, min: 1, max: 65_535, env: 'OS_SSH_PORT', help: 'TCP port of sshd' },
  'keypair-name': { kind: 'string', env: 'OS_KEYPAIR_NAME', help: 'key pair of Nova that may log in too' },
  'private-key-file': {
    kind: 'string',
    env: 'OS_PRIVATE_KEY_FILE',
    help: 'not needed any more: berth logs in with a key of its own',
  },
  'active-timeout': {
    kind: 'integer',
    default: 200,
    min: 1,
    env: 'OS_ACTIVE_TIMEOUT',
    help: 'limit for the server to be made, in seconds',
  },
} as const satisfies OptionTable;

export const options = {
  ...account,
  ...who,
  ...machine,
  ...volume,
  ...network,
  ...login,
} as const satisfies OptionTable;
export type OpenstackOptions = OptionsOf<typeof options>;
