import type { _InstanceType, Image, InstanceTypeInfo, Subnet } from '@aws-sdk/client-ec2';
import { candidates } from '../../src/cloud/stock.js';
import { MachineError } from '../../src/errors.js';
import type { Ask } from './client.js';
import { findGroups, type NamedGroups } from './groups.js';
import type { Attempt } from './handle.js';
import { existing, imageFor, imagesFor } from './images.js';
import type { Ec2Options } from './options.js';
import { typesOf, zonesOf } from './settings.js';

/** What a create needs to know of the account, found before anything is made. */
export interface Plan {
  readonly vpcId: string;
  /** Places, sizes and images to try, in order. */
  readonly attempts: readonly Attempt[];
  readonly groups: NamedGroups;
}

/** @throws MachineError CheckFailed for what does not exist, Fault */
export async function lookUp(options: Ec2Options, ask: Ask): Promise<Plan> {
  const [types, images, network] = await Promise.all([
    describeTypes(options, ask),
    imagesFor(options, ask),
    findNetwork(options, ask),
    checkKeyPair(options, ask),
  ]);
  const groups = await findGroups(options, network.vpcId, ask);
  return { vpcId: network.vpcId, attempts: attemptsFor(options, { types, images, subnets: network.subnets }), groups };
}

async function describeTypes(options: Ec2Options, ask: Ask): Promise<readonly InstanceTypeInfo[]> {
  const InstanceTypes = [...typesOf(options)] as _InstanceType[];
  const missing = { what: 'instance type', name: InstanceTypes.join(), region: options.region };
  const { InstanceTypes: types = [] } = await existing(missing, () =>
    ask((ec2, how) => ec2.describeInstanceTypes({ InstanceTypes }, how)),
  );
  return types;
}

async function checkKeyPair({ 'keypair-name': name, region }: Ec2Options, ask: Ask): Promise<void> {
  if (name === undefined) return;
  await existing({ what: 'key pair', name, region }, () =>
    ask((ec2, how) => ec2.describeKeyPairs({ KeyNames: [name] }, how)),
  );
}

interface Network {
  readonly vpcId: string;
  readonly subnets: readonly Subnet[];
}

async function findNetwork(options: Ec2Options, ask: Ask): Promise<Network> {
  const { 'subnet-id': subnetId, 'vpc-id': given, region } = options;
  if (subnetId !== undefined) {
    const { Subnets: subnets = [] } = await existing({ what: 'subnet', name: subnetId, region }, () =>
      ask((ec2, how) => ec2.describeSubnets({ SubnetIds: [subnetId] }, how)),
    );
    const vpcId = subnets[0]?.VpcId ?? '';
    if (given !== undefined && given !== vpcId)
      throw new MachineError('CheckFailed', `subnet "${subnetId}" lies in "${vpcId}", not in "${given}"`);
    return { vpcId, subnets };
  }
  const vpcId = given ?? (await defaultVpc(region, ask));
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const { Subnets: subnets = [] } = await ask((ec2, how) => ec2.describeSubnets({ Filters }, how));
  if (subnets.length === 0)
    throw new MachineError('CheckFailed', `there is no subnet in "${vpcId}" in ${region}`, {
      suggestions: [`aws ec2 describe-vpcs --region ${region}`, 'Check --amazonec2-vpc-id and --amazonec2-region'],
    });
  return { vpcId, subnets };
}

async function defaultVpc(region: string, ask: Ask): Promise<string> {
  const Filters = [{ Name: 'is-default', Values: ['true'] }];
  const { Vpcs: vpcs = [] } = await ask((ec2, how) => ec2.describeVpcs({ Filters }, how));
  const vpcId = vpcs[0]?.VpcId;
  if (vpcId !== undefined) return vpcId;
  throw new MachineError('CheckFailed', `the account has no default VPC in ${region}`, {
    suggestions: ['Name one with --amazonec2-vpc-id or --amazonec2-subnet-id', 'aws ec2 create-default-vpc'],
  });
}

interface Findings {
  readonly types: readonly InstanceTypeInfo[];
  readonly images: readonly Image[];
  readonly subnets: readonly Subnet[];
}

function attemptsFor(options: Ec2Options, { types, images, subnets }: Findings): readonly Attempt[] {
  const usable = subnets.filter((subnet) => hasIpv6(subnet) || options['ipv6-address-count'] === 0);
  if (usable.length === 0)
    throw new MachineError('CheckFailed', 'no subnet here has IPv6 addresses', {
      suggestions: ['Leave --amazonec2-ipv6-address-count out', 'Name another subnet with --amazonec2-subnet-id'],
    });
  const byZone = bestByZone(usable);
  const zones = options['subnet-id'] === undefined ? zonesOf(options) : [];
  const tried = zones.length > 0 ? zones : preferred(byZone);
  return candidates(tried.join(), typesOf(options).join()).map(({ zone, type }) => {
    const subnet = byZone.get(zone);
    if (!subnet) throw noSubnet(zone, byZone);
    const image = imageFor(options, {
      type: types.find(({ InstanceType: name }) => name === type),
      images,
      name: type,
    });
    return { zone, subnetId: subnet.SubnetId ?? '', type, ...image };
  });
}

function hasIpv6({ Ipv6CidrBlockAssociationSet: blocks = [] }: Subnet): boolean {
  return blocks.some(({ Ipv6CidrBlockState: state }) => state?.State === 'associated');
}

/** One subnet a zone: the zone's default one, else the one with the most addresses left. */
function bestByZone(subnets: readonly Subnet[]): ReadonlyMap<string, Subnet> {
  const sorted = [...subnets].sort(
    (one, other) =>
      Number(other.DefaultForAz ?? false) - Number(one.DefaultForAz ?? false) ||
      (other.AvailableIpAddressCount ?? 0) - (one.AvailableIpAddressCount ?? 0) ||
      (one.SubnetId ?? '').localeCompare(other.SubnetId ?? ''),
  );
  const best = new Map<string, Subnet>();
  for (const subnet of sorted) {
    const zone = subnet.AvailabilityZone ?? '';
    if (!best.has(zone)) best.set(zone, subnet);
  }
  return best;
}

/** docker-machine's default zone is "a"; here it only goes first, since many accounts have no subnet there. */
function preferred(byZone: ReadonlyMap<string, Subnet>): readonly string[] {
  const rank = (zone: string): string => `${byZone.get(zone)?.DefaultForAz ? 0 : 1} ${zone}`;
  return [...byZone.keys()].sort((one, other) => rank(one).localeCompare(rank(other)));
}

function noSubnet(zone: string, byZone: ReadonlyMap<string, Subnet>): MachineError {
  const zones = [...byZone.keys()].sort().join(', ');
  return new MachineError('CheckFailed', `there is no subnet in zone "${zone}", only in ${zones}`, {
    suggestions: ['Leave --amazonec2-zone out: berth takes a zone with a subnet', 'Name it with --amazonec2-subnet-id'],
  });
}
