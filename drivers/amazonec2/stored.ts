import { text } from '../../src/cloud/found.js';
import { storedWords } from '../../src/cloud/stored.js';
import type { JsonObject, OptionValues } from '../../src/record.js';
import type { Ec2Machine } from './handle.js';
import { options as table, type Ec2Options } from './options.js';

type Key = keyof typeof table;

/** Names of docker-machine's fields and of its forks' ones, by option. Secrets are in none. */
const FIELDS: readonly (readonly [string, Key])[] = [
  ['Region', 'region'],
  ['AMI', 'ami'],
  ['InstanceType', 'instance-type'],
  ['SecurityGroupReadOnly', 'security-group-readonly'],
  ['SecurityGroupNames', 'security-group'],
  ['OpenPorts', 'open-port'],
  ['Tags', 'tags'],
  ['DeviceName', 'device-name'],
  ['RootSize', 'root-size'],
  ['VolumeType', 'volume-type'],
  ['IamInstanceProfile', 'iam-instance-profile'],
  ['VpcId', 'vpc-id'],
  ['SubnetId', 'subnet-id'],
  ['Zone', 'zone'],
  ['RequestSpotInstance', 'request-spot-instance'],
  ['SpotPrice', 'spot-price'],
  ['BlockDurationMinutes', 'block-duration-minutes'],
  ['PrivateIPOnly', 'private-address-only'],
  ['UsePrivateIP', 'use-private-address'],
  ['UseEbsOptimizedInstance', 'use-ebs-optimized-instance'],
  ['Monitoring', 'monitoring'],
  ['SSHPrivateKeyPath', 'ssh-keypath'],
  ['RetryCount', 'retries'],
  ['Endpoint', 'endpoint'],
  ['DisableSSL', 'insecure-transport'],
  ['UserDataFile', 'userdata'],
  // GitLab's
  ['VolumeEncrypted', 'volume-encrypted'],
  ['VolumeKmsKeyId', 'volume-kms-key'],
  ['MetadataTokenSetting', 'metadata-token'],
  ['MetadataTokenResponseHopLimit', 'metadata-token-response-hop-limit'],
  // Rancher's
  ['EncryptEbsVolume', 'encrypt-ebs-volume'],
  ['HttpEndpoint', 'http-endpoint'],
  ['HttpTokens', 'http-tokens'],
  ['HttpPutResponseHopLimit', 'http-put-response-hop-limit'],
  ['HttpProtocolIpv6', 'http-protocol-ipv6'],
  ['EnablePrimaryIpv6', 'enable-primary-ipv6'],
  ['Ipv6AddressCount', 'ipv6-address-count'],
  ['Ipv6AddressOnly', 'ipv6-address-only'],
  // berth's own
  ['KmsKey', 'kms-key'],
  ['Profile', 'profile'],
];

export function toStored(options: Ec2Options, resource: Ec2Machine | undefined): JsonObject {
  const values = FIELDS.map(([field, key]) => [field, options[key] ?? emptyOf(key)] as const);
  return {
    ...Object.fromEntries(values),
    ExistingKey: options['keypair-name'] !== undefined,
    KeyName: resource?.keyName || (options['keypair-name'] ?? ''),
    InstanceId: resource?.instanceId ?? '',
    SecurityGroupIds: resource?.groupIds ?? [],
    ...(resource && resource.vpcId !== '' ? { VpcId: resource.vpcId } : {}),
  };
}

function emptyOf(key: Key): string | number {
  return table[key].kind === 'integer' ? 0 : '';
}

export function fromStored(stored: JsonObject): { options: OptionValues; resource?: Ec2Machine } {
  const options: Record<string, OptionValues[string]> = {};
  for (const [field, key] of FIELDS) {
    const value = read(stored[field], key);
    if (value !== undefined) options[key] = value;
  }
  // Before February 2016 there was one group.
  const group = text(stored['SecurityGroupName']);
  if (group !== '' && !Array.isArray(stored['SecurityGroupNames'])) options['security-group'] = [group];
  if (stored['ExistingKey'] === true && text(stored['KeyName']) !== '')
    options['keypair-name'] = text(stored['KeyName']);
  options['ssh-user'] = text(stored['SSHUser']) || table['ssh-user'].default;
  options['ssh-port'] = Number(stored['SSHPort']) || table['ssh-port'].default;
  return { options, ...resourceOf(stored, options as unknown as Ec2Options) };
}

/** What docker-machine's Go writes as the zero value is left to the default, where zero means nothing. */
function read(value: JsonObject[string], key: Key): OptionValues[string] {
  const spec = table[key];
  const standard = 'default' in spec ? spec.default : undefined;
  switch (spec.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : (standard ?? false);
    case 'integer':
      return typeof value === 'number' && (value !== 0 || key === 'retries') ? value : standard;
    case 'list':
      return Array.isArray(value) ? value.map(String) : (standard ?? []);
    case 'string':
      return text(value) || standard;
  }
}

/** The handle of a machine that docker-machine or one of its forks made: it carries no tags of berth's. */
function resourceOf(stored: JsonObject, options: Ec2Options): { resource?: Ec2Machine } {
  const [instanceId, keyName] = [text(stored['InstanceId']), text(stored['KeyName'])];
  if (instanceId === '' && keyName === '') return {};
  const groups = Array.isArray(stored['SecurityGroupIds']) ? stored['SecurityGroupIds'].map(String) : [];
  const former = text(stored['SecurityGroupId']);
  return {
    resource: {
      region: options.region,
      endpoint: endpointOf(options),
      profile: options.profile ?? '',
      retries: options.retries,
      name: text(stored['MachineName']),
      id: '',
      store: '',
      keyName,
      ownsKey: stored['ExistingKey'] !== true,
      keyId: '',
      instanceId,
      isSpot: options['request-spot-instance'],
      vpcId: text(stored['VpcId']),
      groupIds: groups.length > 0 || former === '' ? groups : [former],
      isWritable: !options['security-group-readonly'],
      ownGroupId: '',
      address: addressOf(options),
      sshPort: options['ssh-port'],
      sshUser: options['ssh-user'],
      pending: '',
      askedAt: '',
    },
  };
}

/** Keys typed at docker-machine's create; those of the environment or of a profile it did not write down. */
export function storedSecrets(stored: JsonObject): Readonly<Record<string, string>> {
  const found = storedWords(stored, {
    'access-key': 'AccessKey',
    'secret-key': 'SecretKey',
    'session-token': 'SessionToken',
  });
  return 'access-key' in found && 'secret-key' in found ? found : {};
}

/** docker-machine took "host:port" too, and a switch that says which protocol to speak to it. */
export function endpointOf(options: Pick<Ec2Options, 'endpoint' | 'insecure-transport'>): string {
  const { endpoint = '', 'insecure-transport': isInsecure } = options;
  if (endpoint === '') return '';
  const named = /^[a-z]+:\/\//i.test(endpoint) ? endpoint : `${isInsecure ? 'http' : 'https'}://${endpoint}`;
  return named.replace(/\/+$/, '');
}

export function addressOf(options: Ec2Options): Ec2Machine['address'] {
  if (options['ipv6-address-only']) return 'ipv6';
  return options['private-address-only'] || options['use-private-address'] ? 'private' : 'public';
}
