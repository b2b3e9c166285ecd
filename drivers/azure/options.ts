import type { OptionsOf, OptionTable } from '../../src/driver.js';

/** Sizes of two processors and 4 to 8 GB that most regions have, likeliest first. */
const SIZES = 'Standard_B2s_v2,Standard_B2as_v2,Standard_B2s,Standard_D2s_v5';

/** docker-machine's options, then Rancher's, then berth's own. */
export const options = {
  environment: {
    kind: 'string',
    default: 'AzurePublicCloud',
    env: 'AZURE_ENVIRONMENT',
    help: 'AzurePublicCloud, AzureChinaCloud or AzureUSGovernmentCloud',
  },
  'subscription-id': {
    kind: 'string',
    env: 'AZURE_SUBSCRIPTION_ID',
    help: 'subscription; without it the default one of the az program',
  },
  'resource-group': {
    kind: 'string',
    default: 'docker-machine',
    env: 'AZURE_RESOURCE_GROUP',
    help: 'resource group, made when absent, never removed',
  },
  'ssh-user': { kind: 'string', default: 'docker-user', env: 'AZURE_SSH_USER', help: 'user to log in as' },
  'docker-port': {
    kind: 'integer',
    default: 2376,
    min: 1,
    max: 65535,
    env: 'AZURE_DOCKER_PORT',
    help: 'TCP port of the engine',
  },
  location: { kind: 'string', default: 'westus', env: 'AZURE_LOCATION', help: 'region' },
  size: {
    kind: 'string',
    default: SIZES,
    env: 'AZURE_SIZE',
    help: 'size; several, parted by commas, are tried in order',
  },
  image: {
    kind: 'string',
    env: 'AZURE_IMAGE',
    help: 'publisher:offer:sku:version, or the id of an image; else the newest Ubuntu LTS',
  },
  vnet: {
    kind: 'string',
    default: 'docker-machine-vnet',
    env: 'AZURE_VNET',
    help: 'virtual network as [resource-group:]name, made when absent',
  },
  subnet: { kind: 'string', default: 'docker-machine', env: 'AZURE_SUBNET', help: 'subnet, made when absent' },
  'subnet-prefix': {
    kind: 'string',
    default: '192.168.0.0/16',
    env: 'AZURE_SUBNET_PREFIX',
    help: 'addresses of a subnet that has to be made (CIDR)',
  },
  'availability-set': {
    kind: 'string',
    default: 'docker-machine',
    env: 'AZURE_AVAILABILITY_SET',
    help: 'availability set, made when absent; none for zones and Spot',
  },
  'custom-data': { kind: 'string', env: 'AZURE_CUSTOM_DATA_FILE', help: 'file with user-data for cloud-init' },
  'private-ip-address': { kind: 'string', help: 'fixed private address' },
  'storage-type': {
    kind: 'string',
    default: 'StandardSSD_LRS',
    env: 'AZURE_STORAGE_TYPE',
    help: 'type of the managed disk: Standard_LRS, StandardSSD_LRS, Premium_LRS …',
  },
  'use-private-ip': { kind: 'boolean', help: 'connect through the private address' },
  'no-public-ip': { kind: 'boolean', help: 'make no public address' },
  'static-public-ip': { kind: 'boolean', help: 'accepted: public addresses are always static now' },
  dns: { kind: 'string', env: 'AZURE_DNS_LABEL', help: 'label of a name in DNS for the public address' },
  'open-port': { kind: 'list', help: 'port[-port][/tcp|udp] to open to everybody (can be given several times)' },
  'client-id': { kind: 'string', env: 'AZURE_CLIENT_ID', help: 'application that logs in, or managed identity' },
  'client-secret': {
    kind: 'string',
    secret: true,
    env: 'AZURE_CLIENT_SECRET',
    help: 'secret of the application that logs in',
  },

  'tenant-id': { kind: 'string', env: 'AZURE_TENANT_ID', help: 'tenant; without it that of the subscription' },
  nsg: { kind: 'string', env: 'AZURE_NSG', help: 'existing security group to use unchanged: name or id' },
  plan: { kind: 'string', env: 'AZURE_PLAN', help: 'publisher:product:plan of an image that costs extra' },
  'managed-disks': { kind: 'boolean', env: 'AZURE_MANAGED_DISKS', help: 'accepted: disks are always managed now' },
  'fault-domain-count': {
    kind: 'integer',
    default: 2,
    min: 1,
    max: 3,
    env: 'AZURE_FAULT_DOMAIN_COUNT',
    help: 'fault domains of an availability set that has to be made',
  },
  'update-domain-count': {
    kind: 'integer',
    default: 5,
    min: 1,
    max: 20,
    env: 'AZURE_UPDATE_DOMAIN_COUNT',
    help: 'update domains of an availability set that has to be made',
  },
  'disk-size': { kind: 'integer', default: 30, min: 1, max: 4095, env: 'AZURE_DISK_SIZE', help: 'disk in GiB' },
  tags: { kind: 'string', env: 'AZURE_TAGS', help: 'further tags: key=value,… or key,value,…' },
  'availability-zone': {
    kind: 'string',
    env: 'AZURE_AVAILABILITY_ZONE',
    help: 'zone; several, parted by commas, are tried in order',
  },
  'enable-public-ip-standard-sku': {
    kind: 'boolean',
    env: 'AZURE_STANDARD_PUBLIC_IP_SKU',
    help: 'accepted: public addresses are always Standard now',
  },
  'accelerated-networking': {
    kind: 'boolean',
    env: 'AZURE_ACCELERATED_NETWORKING',
    help: 'let the network go past the host (larger sizes)',
  },

  spot: { kind: 'boolean', help: 'Spot: cheaper, stopped when Azure needs the place' },
  'spot-max-price': {
    kind: 'string',
    env: 'AZURE_SPOT_MAX_PRICE',
    help: 'highest price of a Spot machine in US dollars an hour',
  },
  ipv6: { kind: 'boolean', env: 'AZURE_IPV6', help: 'have an IPv6 address too' },
  'ipv6-subnet-prefix': {
    kind: 'string',
    default: 'fd62:6572:7468::/64',
    env: 'AZURE_IPV6_SUBNET_PREFIX',
    help: 'IPv6 addresses of a subnet that has to be made (CIDR, always /64)',
  },
  'disk-encryption-set': {
    kind: 'string',
    env: 'AZURE_DISK_ENCRYPTION_SET',
    help: "id of a disk encryption set: the disk is under your own key, not Azure's",
  },
  'encryption-at-host': {
    kind: 'boolean',
    env: 'AZURE_ENCRYPTION_AT_HOST',
    help: 'encrypt caches and temporary disk on the host too',
  },
  identity: {
    kind: 'list',
    help: 'managed identity of the machine: system or an id (can be given several times)',
  },
  'client-certificate-path': {
    kind: 'string',
    env: 'AZURE_CLIENT_CERTIFICATE_PATH',
    help: 'PEM file with the certificate and key of the application that logs in',
  },
  endpoint: { kind: 'string', env: 'AZURE_ENDPOINT', help: 'URL of Resource Manager: Azure Stack, an emulator' },
  'authority-host': { kind: 'string', env: 'AZURE_AUTHORITY_HOST', help: 'URL to log in at' },
  audience: { kind: 'string', env: 'AZURE_AUDIENCE', help: 'what the token is for (Azure Stack)' },
} as const satisfies OptionTable;

export type AzureOptions = OptionsOf<typeof options>;
