import { Refused } from './model.js';
import type { Input } from './query.js';
import { checkFilters, filtered, type World } from './world.js';

export const VPC = 'vpc-0a1b2c3d';
const CANONICAL = '099720109477';

/** Instance types and their architectures, as DescribeInstanceTypes tells them. */
export const TYPES: Readonly<Record<string, string>> = {
  't2.micro': 'x86_64',
  't3.micro': 'x86_64',
  't3a.micro': 'x86_64',
  't3.small': 'x86_64',
  't4g.micro': 'arm64',
};

interface CatalogImage {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly created: string;
  readonly architecture: string;
  readonly root: string;
  readonly sizeGib: number;
}
const noble = (arch: string, day: string): string =>
  `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${arch}-server-${day}`;
export const IMAGES: readonly CatalogImage[] = [
  {
    id: 'ami-noble-old',
    name: noble('amd64', '20250115'),
    owner: CANONICAL,
    created: '2025-01-15T02:11:55.000Z',
    architecture: 'x86_64',
    root: '/dev/sda1',
    sizeGib: 8,
  },
  {
    id: 'ami-noble-new',
    name: noble('amd64', '20261101'),
    owner: CANONICAL,
    created: '2026-11-01T02:11:55.000Z',
    architecture: 'x86_64',
    root: '/dev/sda1',
    sizeGib: 8,
  },
  {
    id: 'ami-noble-arm',
    name: noble('arm64', '20261101'),
    owner: CANONICAL,
    created: '2026-11-01T02:12:55.000Z',
    architecture: 'arm64',
    root: '/dev/sda1',
    sizeGib: 8,
  },
  {
    id: 'ami-jammy',
    name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20261101',
    owner: CANONICAL,
    created: '2026-11-02T02:11:55.000Z',
    architecture: 'x86_64',
    root: '/dev/sda1',
    sizeGib: 8,
  },
  {
    id: 'ami-8b92b4ee',
    name: 'an image of 2017',
    owner: '123456789012',
    created: '2017-05-02T02:11:55.000Z',
    architecture: 'x86_64',
    root: '/dev/xvda',
    sizeGib: 10,
  },
];

export interface CatalogSubnet {
  readonly id: string;
  readonly zone: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly hasIpv6: boolean;
}

export function subnetsOf({ region, settings }: World): readonly CatalogSubnet[] {
  const defaults = [...settings.zones].map((letter) => ({
    id: `subnet-${letter}`,
    zone: `${region}${letter}`,
    vpcId: VPC,
    isDefault: true,
    hasIpv6: letter === 'b',
  }));
  const other = { id: 'subnet-other', zone: `${region}a`, vpcId: 'vpc-other', isDefault: false, hasIpv6: false };
  return settings.hasDefaultVpc ? [...defaults, other] : [other];
}

export function describeVpcs({ settings }: World, input: Input): object {
  checkFilters(input, ['is-default', 'vpc-id']);
  const all = [
    { id: VPC, isDefault: settings.hasDefaultVpc },
    { id: 'vpc-other', isDefault: false },
  ];
  const fields = (vpc: (typeof all)[number]): Record<string, string[]> => ({
    'is-default': [String(vpc.isDefault)],
    'vpc-id': [vpc.id],
  });
  return {
    Vpcs: filtered(all, input, fields).map(({ id, isDefault }) => ({
      VpcId: id,
      IsDefault: isDefault,
      State: 'available',
    })),
  };
}

export function describeSubnets(world: World, input: Input): object {
  checkFilters(input, ['vpc-id', 'availability-zone', 'default-for-az', 'subnet-id']);
  const all = subnetsOf(world);
  const wanted = (input['SubnetIds'] ?? []) as readonly string[];
  const lost = wanted.find((id) => !all.some((subnet) => subnet.id === id));
  if (lost !== undefined) throw new Refused('InvalidSubnetID.NotFound', `The subnet ID '${lost}' does not exist`);
  const fields = (subnet: CatalogSubnet): Record<string, string[]> => ({
    'vpc-id': [subnet.vpcId],
    'availability-zone': [subnet.zone],
    'default-for-az': [String(subnet.isDefault)],
    'subnet-id': [subnet.id],
  });
  const found = filtered(all, input, fields).filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  return { Subnets: found.map(subnetXml) };
}

function subnetXml({ id, zone, vpcId, isDefault, hasIpv6 }: CatalogSubnet): object {
  const block = { Ipv6CidrBlock: '2001:db8:1::/64', Ipv6CidrBlockState: { State: 'associated' } };
  return {
    ...{ SubnetId: id, VpcId: vpcId, AvailabilityZone: zone, DefaultForAz: isDefault, State: 'available' },
    ...{ AvailableIpAddressCount: 4000, MapPublicIpOnLaunch: isDefault },
    Ipv6CidrBlockAssociationSet: hasIpv6 ? [block] : [],
  };
}

export function describeInstanceTypes(_world: World, input: Input): object {
  const wanted = (input['InstanceTypes'] ?? Object.keys(TYPES)) as readonly string[];
  const lost = wanted.filter((type) => !(type in TYPES));
  if (lost.length > 0)
    throw new Refused(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${lost.join(', ')}]`,
    );
  checkFilters(input, ['instance-type']);
  const found = filtered(wanted, input, (type) => ({ 'instance-type': [type] }));
  return { InstanceTypes: found.map(typeXml) };
}

function typeXml(type: string): object {
  const SizeInMiB = type.endsWith('small') ? 2_048 : 1_024;
  return {
    ...{ InstanceType: type, BareMetal: false, ProcessorInfo: { SupportedArchitectures: [TYPES[type]] } },
    ...{ VCpuInfo: { DefaultVCpus: 2 }, MemoryInfo: { SizeInMiB } },
  };
}

export function describeRegions(): object {
  return { Regions: ['us-east-1', 'eu-central-1'].map((name) => ({ RegionName: name })) };
}

export function describeImages(_world: World, input: Input): object {
  checkFilters(input, ['name', 'state', 'architecture', 'root-device-type', 'virtualization-type', 'owner-id']);
  const wanted = input['ImageIds'] as readonly string[] | undefined;
  const owners = input['Owners'] as readonly string[] | undefined;
  const lost = wanted?.find((id) => !IMAGES.some((image) => image.id === id));
  if (lost !== undefined) throw new Refused('InvalidAMIID.NotFound', `The image id '[${lost}]' does not exist`);
  const fields = ({ name, architecture, owner }: CatalogImage): Record<string, string[]> => ({
    ...{ name: [name], architecture: [architecture], 'owner-id': [owner] },
    ...{ state: ['available'], 'root-device-type': ['ebs'], 'virtualization-type': ['hvm'] },
  });
  const found = filtered(IMAGES, input, fields).filter(
    ({ id, owner }) => (!wanted || wanted.includes(id)) && (!owners || owners.includes(owner)),
  );
  return { Images: found.map(imageXml) };
}

function imageXml({ id, name, owner, created, architecture, root, sizeGib }: CatalogImage): object {
  return {
    ...{
      ImageId: id,
      Name: name,
      OwnerId: owner,
      CreationDate: created,
      Architecture: architecture,
      State: 'available',
    },
    ...{ RootDeviceName: root, RootDeviceType: 'ebs', VirtualizationType: 'hvm' },
    BlockDeviceMappings: [{ DeviceName: root, Ebs: { VolumeSize: sizeGib, VolumeType: 'gp3' } }],
  };
}
