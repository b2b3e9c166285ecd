import { gunzipSync } from 'node:zlib';
import { HttpTokensState, VolumeType } from '@aws-sdk/client-ec2';
import { IMAGES, subnetsOf, TYPES, type CatalogSubnet } from './catalog.js';
import { groupOf } from './groups.js';
import { instanceXml } from './instances.js';
import type { Life } from './life.js';
import { Refused } from './model.js';
import type { Input } from './query.js';
import { tagsFor } from './tags.js';
import { type Instance, type World } from './world.js';

export function runInstances(world: World, input: Input, life: Life): object {
  const token = input['ClientToken'] as string | undefined;
  const request = JSON.stringify(input);
  const known = token === undefined ? undefined : world.tokens.get(token);
  if (known && known.request !== request)
    throw new Refused('IdempotentParameterMismatch', 'The request has the same client token but different parameters.');
  const before = known && world.instances.get(known.instanceId);
  if (before) return { Instances: [instanceXml(world, before)] };
  const instance = launched(world, input);
  if (token !== undefined) world.tokens.set(token, { request, instanceId: instance.id });
  const key = world.keys.get(String(input['KeyName']));
  life.boot(world, instance, key ? [key.publicKey] : []);
  return { ReservationId: world.id('r'), Instances: [instanceXml(world, instance)] };
}

interface InterfaceInput {
  readonly SubnetId?: string;
  readonly Groups?: readonly string[];
  readonly AssociatePublicIpAddress?: boolean;
  readonly Ipv6AddressCount?: number;
}

function launched(world: World, input: Input): Instance {
  const [network = {}] = (input['NetworkInterfaces'] ?? []) as readonly InterfaceInput[];
  const isSpot = (input['InstanceMarketOptions'] as { MarketType?: string } | undefined)?.MarketType === 'spot';
  const subnet = checked(world, input, network);
  const groups = (network.Groups ?? []).map((id) => groupOf(world, id).id);
  const taggable = [
    'instance',
    'volume',
    'network-interface',
    ...(isSpot ? ['spot-instances-request' as const] : []),
  ] as const;
  const tags = tagsFor(input, taggable);
  const id = world.id('i');
  const hidden = world.settings.hiddenLookups;
  const instance: Instance = {
    ...{ id, type: 'instance', hidden, tags: tags('instance'), request: input, userData: userDataOf(input) },
    ...{ subnetId: subnet.id, zone: subnet.zone, groups, state: 'pending', reason: undefined, console: '' },
    ...{ volumeId: world.id('vol'), interfaceId: world.id('eni'), spotRequestId: isSpot ? world.id('sir') : '' },
    privateAddress: `172.31.${Math.floor(world.made / 250)}.${(world.made % 250) + 4}`,
    publicAddress: network.AssociatePublicIpAddress === false ? undefined : '',
    ipv6: Array.from({ length: network.Ipv6AddressCount ?? 0 }, (_, index) => `2001:db8:1::${world.made + index}`),
  };
  world.instances.set(id, instance);
  for (const type of ['volume', 'network-interface'] as const) {
    const part = type === 'volume' ? instance.volumeId : instance.interfaceId;
    world.parts.set(part, { id: part, type, tags: tags(type), hidden: 0, instanceId: id });
  }
  if (isSpot) {
    const spot = instance.spotRequestId;
    const type = 'spot-instances-request';
    world.requests.set(spot, { id: spot, type, tags: tags(type), hidden: 0, instanceId: id, state: 'active' });
  }
  return instance;
}

/** @throws Refused in the words that EC2 has for each */
function checked(world: World, input: Input, network: InterfaceInput): CatalogSubnet {
  const { ImageId: image, InstanceType: type = '', KeyName: keyName } = input as Record<string, string | undefined>;
  const { settings } = world;
  const catalogImage = IMAGES.find(({ id }) => id === image);
  if (!catalogImage) throw new Refused('InvalidAMIID.NotFound', `The image id '[${image}]' does not exist`);
  if (!(type in TYPES)) throw new Refused('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`);
  if (TYPES[type] !== catalogImage.architecture)
    throw new Refused(
      'InvalidParameterValue',
      `The architecture of ${image} does not match the instance type ${type}.`,
    );
  const key = world.keys.get(keyName ?? '');
  if (keyName !== undefined && (!key || !world.isVisible(key)))
    throw new Refused('InvalidKeyPair.NotFound', `The key pair '${keyName}' does not exist`);
  if (input['SecurityGroupIds'] || input['SubnetId'])
    throw new Refused(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID may not be specified on the same request',
    );
  const subnet = subnetsOf(world).find(({ id }) => id === network.SubnetId);
  if (!subnet) throw new Refused('InvalidSubnetID.NotFound', `The subnet ID '${network.SubnetId}' does not exist`);
  const zone = (input['Placement'] as { AvailabilityZone?: string } | undefined)?.AvailabilityZone;
  if (zone !== undefined && zone !== subnet.zone)
    throw new Refused('InvalidParameterValue', `The availability zone '${zone}' does not match that of the subnet`);
  if ((network.Ipv6AddressCount ?? 0) > 0 && !subnet.hasIpv6)
    throw new Refused('InvalidParameterValue', 'The subnet has no IPv6 CIDR block');
  checkDisk(input, catalogImage.sizeGib);
  const alive = [...world.instances.values()].filter(({ state }) => state !== 'terminated').length;
  if (alive >= settings.quota)
    throw new Refused(
      'VcpuLimitExceeded',
      'You have requested more vCPU capacity than your current vCPU limit of 32 allows.',
    );
  if (settings.outOfStock.some((what) => [subnet.zone, type, `${subnet.zone} ${type}`].includes(what)))
    throw new Refused(
      'InsufficientInstanceCapacity',
      `We currently do not have sufficient ${type} capacity in ${subnet.zone}.`,
      500,
    );
  return subnet;
}

interface DiskInput {
  readonly Ebs?: { readonly VolumeSize?: number; readonly VolumeType?: string };
}

function checkDisk(input: Input, leastGib: number): void {
  for (const { Ebs: disk = {} } of (input['BlockDeviceMappings'] ?? []) as readonly DiskInput[]) {
    if (disk.VolumeSize !== undefined && disk.VolumeSize < leastGib)
      throw new Refused(
        'InvalidBlockDeviceMapping',
        `Volume of size ${disk.VolumeSize}GB is smaller than snapshot, expect size >= ${leastGib}GB`,
      );
    if (disk.VolumeType !== undefined && !Object.values<string>(VolumeType).includes(disk.VolumeType))
      throw new Refused('UnknownVolumeType', `Unknown volume type: ${disk.VolumeType}`);
  }
  const { HttpTokens: tokens } = (input['MetadataOptions'] ?? {}) as { HttpTokens?: string };
  if (tokens !== undefined && !Object.values<string>(HttpTokensState).includes(tokens))
    throw new Refused('InvalidParameterValue', `Invalid value '${tokens}' for HttpTokens`);
}

function userDataOf(input: Input): string {
  const bytes = Buffer.from((input['UserData'] as string | undefined) ?? '', 'base64');
  if (bytes.length > 16_384) throw new Refused('InvalidParameterValue', 'User data is limited to 16384 bytes');
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
}
