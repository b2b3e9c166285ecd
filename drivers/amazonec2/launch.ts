import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ResourceType, RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { userData } from '../../src/cloud/user-data.js';
import type { NewHost } from '../../src/driver.js';
import type { Attempt, Ec2Machine } from './handle.js';
import type { Ec2Options } from './options.js';
import { isEncrypted, kmsKeyOf, tagsOf } from './settings.js';
import { machineTags, specification } from './tags.js';

/** "Run commands when you launch an EC2 instance": 16 KB before base64. */
const USER_DATA_BYTES = 16_384;
const TAGGED: readonly ResourceType[] = ['instance', 'volume', 'network-interface'];

export interface Launch {
  readonly host: NewHost<Ec2Options>;
  readonly machine: Ec2Machine;
  readonly attempt: Attempt;
  /** The user's own user-data. */
  readonly own: string;
}

/** The request for an instance; the same input makes the same request, token and all. */
export function runRequest({ host, machine, attempt, own }: Launch): RunInstancesCommandInput {
  const { options } = host;
  const tags = machineTags(machine, tagsOf(options));
  const types = machine.isSpot ? [...TAGGED, 'spot-instances-request' as const] : TAGGED;
  const profile = options['iam-instance-profile'];
  return {
    MinCount: 1,
    MaxCount: 1,
    ClientToken: tokenOf(machine, attempt),
    ImageId: attempt.imageId,
    InstanceType: attempt.type as NonNullable<RunInstancesCommandInput['InstanceType']>,
    Placement: { AvailabilityZone: attempt.zone },
    KeyName: machine.keyName,
    NetworkInterfaces: [networkInterface(options, { machine, attempt })],
    BlockDeviceMappings: [rootDisk(options, attempt)],
    Monitoring: { Enabled: options.monitoring },
    EbsOptimized: options['use-ebs-optimized-instance'],
    MetadataOptions: metadata(options),
    UserData: encodedUserData(host, own).toString('base64'),
    TagSpecifications: types.flatMap((type) => specification(type, tags)),
    ...(profile === undefined
      ? {}
      : { IamInstanceProfile: profile.startsWith('arn:') ? { Arn: profile } : { Name: profile } }),
    ...(machine.isSpot ? { InstanceMarketOptions: spot(options) } : {}),
  };
}

/** One token an attempt: with another place or image it is another request. */
function tokenOf({ id }: Ec2Machine, { zone, subnetId, type, imageId }: Attempt): string {
  const attempt = createHash('sha256').update([zone, subnetId, type, imageId].join(' ')).digest('hex').slice(0, 16);
  return `berth-${id}-${attempt}`;
}

type Interface = NonNullable<RunInstancesCommandInput['NetworkInterfaces']>[number];

function networkInterface(
  options: Ec2Options,
  { machine, attempt }: { machine: Ec2Machine; attempt: Attempt },
): Interface {
  const count = options['ipv6-address-count'];
  return {
    DeviceIndex: 0,
    SubnetId: attempt.subnetId,
    Groups: [...machine.groupIds, ...(machine.ownGroupId === '' ? [] : [machine.ownGroupId])],
    AssociatePublicIpAddress: !(options['private-address-only'] || options['ipv6-address-only']),
    DeleteOnTermination: true,
    ...(count > 0 ? { Ipv6AddressCount: count } : {}),
    ...(options['enable-primary-ipv6'] ? { PrimaryIpv6: true } : {}),
  };
}

function rootDisk(
  options: Ec2Options,
  { deviceName }: Attempt,
): NonNullable<RunInstancesCommandInput['BlockDeviceMappings']>[number] {
  const key = kmsKeyOf(options);
  return {
    DeviceName: deviceName,
    Ebs: {
      VolumeSize: options['root-size'],
      VolumeType: options['volume-type'] as 'gp3',
      DeleteOnTermination: true,
      // Never false: that would be refused where the image or the account asks for encryption.
      ...(isEncrypted(options) ? { Encrypted: true } : {}),
      ...(key === undefined ? {} : { KmsKeyId: key }),
    },
  };
}

function metadata(options: Ec2Options): RunInstancesCommandInput['MetadataOptions'] {
  return {
    HttpEndpoint: options['http-endpoint'] ?? 'enabled',
    HttpTokens: options['http-tokens'] ?? options['metadata-token'],
    HttpPutResponseHopLimit: options['http-put-response-hop-limit'] ?? options['metadata-token-response-hop-limit'],
    HttpProtocolIpv6: options['http-protocol-ipv6'],
  };
}

function spot({ 'spot-price': price }: Ec2Options): RunInstancesCommandInput['InstanceMarketOptions'] {
  return {
    MarketType: 'spot',
    SpotOptions: { SpotInstanceType: 'one-time', ...(price === undefined ? {} : { MaxPrice: price }) },
  };
}

/** cloud-init takes it compressed as well, which is done only where it must be. @throws MachineError CheckFailed */
export function encodedUserData(host: NewHost<Ec2Options>, own: string): Buffer {
  const boot = { host, user: host.options['ssh-user'], own };
  const plain = Buffer.from(userData({ ...boot, limit: Number.POSITIVE_INFINITY }));
  if (plain.length <= USER_DATA_BYTES) return plain;
  const zipped = gzipSync(plain);
  return zipped.length <= USER_DATA_BYTES ? zipped : Buffer.from(userData({ ...boot, limit: USER_DATA_BYTES }));
}
