import { text } from '../../src/cloud/found.js';
import { storedOption, storedWords } from '../../src/cloud/stored.js';
import type { JsonObject, OptionValues } from '../../src/record.js';
import type { OpenstackMachine } from './handle.js';
import { identityOf } from './identity.js';
import { options as table, type OpenstackOptions } from './options.js';

type Key = keyof typeof table;

/** Names of docker-machine's fields, Rancher's and berth's own, by option. Secrets are in none. */
const FIELDS: readonly (readonly [string, Key])[] = [
  ['AuthUrl', 'auth-url'],
  ['ActiveTimeout', 'active-timeout'],
  ['Insecure', 'insecure'],
  ['CaCert', 'cacert'],
  ['DomainID', 'domain-id'],
  ['DomainName', 'domain-name'],
  ['Username', 'username'],
  ['TenantName', 'tenant-name'],
  ['TenantId', 'tenant-id'],
  ['Region', 'region'],
  ['AvailabilityZone', 'availability-zone'],
  ['EndpointType', 'endpoint-type'],
  ['FlavorName', 'flavor-name'],
  ['FlavorId', 'flavor-id'],
  ['ImageName', 'image-name'],
  ['ImageId', 'image-id'],
  ['NetworkName', 'net-name'],
  ['NetworkId', 'net-id'],
  ['PrivateKeyFile', 'private-key-file'],
  ['FloatingIpPool', 'floatingip-pool'],
  ['ComputeNetwork', 'nova-network'],
  ['IpVersion', 'ip-version'],
  ['ConfigDrive', 'config-drive'],
  // Rancher's
  ['UserId', 'user-id'],
  ['TenantDomainName', 'tenant-domain-name'],
  ['TenantDomainId', 'tenant-domain-id'],
  ['UserDomainName', 'user-domain-name'],
  ['UserDomainId', 'user-domain-id'],
  ['ApplicationCredentialId', 'application-credential-id'],
  ['ApplicationCredentialName', 'application-credential-name'],
  ['ServerGroupName', 'server-group-name'],
  ['ServerGroupId', 'server-group-id'],
  ['BootFromVolume', 'boot-from-volume'],
  ['VolumeName', 'volume-name'],
  ['VolumeDevicePath', 'volume-device-path'],
  ['VolumeId', 'volume-id'],
  ['VolumeType', 'volume-type'],
  ['VolumeSize', 'volume-size'],
  // berth's own
  ['Cloud', 'cloud'],
  ['Endpoint', 'endpoint'],
  ['Metadata', 'metadata'],
  ['UserDataFile', 'user-data-file'],
  ['FixedIp', 'fixed-ip'],
  ['OpenPorts', 'open-port'],
  ['VolumeKeep', 'volume-keep'],
];

export function toStored(options: OpenstackOptions, resource: OpenstackMachine | undefined): JsonObject {
  const existing = options['keypair-name'] ?? '';
  return {
    ...Object.fromEntries(FIELDS.map(([field, key]) => [field, options[key] ?? ''] as const)),
    Password: '',
    ApplicationCredentialSecret: '',
    SecurityGroups: list(options['sec-groups']),
    KeyPairName: existing || (resource?.keyName ?? ''),
    ExistingKey: existing !== '',
    MachineId: resource?.serverId ?? '',
    FloatingIpPoolId: '',
    UserData: null,
  };
}

function list(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}

export function fromStored(stored: JsonObject): { options: OptionValues; resource?: OpenstackMachine } {
  const options: Record<string, OptionValues[string]> = {};
  for (const [field, key] of FIELDS) {
    const value = storedOption(stored[field], table[key]);
    if (value !== undefined) options[key] = value;
  }
  // As Rancher's writes it.
  if (options['domain-id'] === undefined && text(stored['DomainId']) !== '')
    options['domain-id'] = text(stored['DomainId']);
  const groups = stored['SecurityGroups'];
  if (Array.isArray(groups) && groups.length > 0) options['sec-groups'] = groups.map(String).join(',');
  if (stored['ExistingKey'] === true) options['keypair-name'] = text(stored['KeyPairName']);
  options['ssh-user'] = text(stored['SSHUser']) || table['ssh-user'].default;
  options['ssh-port'] = Number(stored['SSHPort']) || table['ssh-port'].default;
  return { options, ...resourceOf(stored, options as unknown as OpenstackOptions) };
}

/** The handle of a machine that docker-machine made: nothing of it carries berth's tags. */
function resourceOf(stored: JsonObject, options: OpenstackOptions): { resource?: OpenstackMachine } {
  const keyName = stored['ExistingKey'] === true ? '' : text(stored['KeyPairName']);
  const serverId = text(stored['MachineId']);
  if (serverId === '' && keyName === '') return {};
  return {
    resource: {
      ...{ identity: identityOf(options), project: options['tenant-id'] ?? '' },
      ...{ name: text(stored['MachineName']), id: '', store: '', serverId, madeAt: '', keyName },
      ...{ groupId: '', volumeId: '', volumeName: '', floatingIpId: '', floatingIp: '' },
      network: list(options['net-name'])[0] ?? '',
      ipVersion: options['ip-version'],
      sshUser: options['ssh-user'],
      sshPort: options['ssh-port'],
    },
  };
}

/** What docker-machine and Rancher kept in the record itself. */
export function storedSecrets(stored: JsonObject): Readonly<Record<string, string>> {
  return storedWords(stored, {
    password: 'Password',
    'application-credential-secret': 'ApplicationCredentialSecret',
  });
}
