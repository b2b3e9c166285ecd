import { Refused } from './model.js';
import type { Input } from './query.js';
import { tagsFor, tagSet } from './tags.js';
import { checkFilters, filtered, type Group, type Key, type Permission, type World } from './world.js';

export function createSecurityGroup(world: World, input: Input): object {
  const { GroupName: name, Description: description, VpcId: vpcId } = input as Record<string, string>;
  const tags = tagsFor(input, ['security-group'])('security-group');
  if (!name || name.startsWith('sg-') || name.length > 255)
    throw new Refused('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid.`);
  if (!vpcId?.startsWith('vpc-')) throw new Refused('InvalidVpcID.NotFound', `The vpc ID '${vpcId}' does not exist`);
  if ([...world.groups.values()].some((group) => group.name === name && group.vpcId === vpcId))
    throw new Refused('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpcId}'`);
  const id = world.id('sg');
  const group: Group = {
    ...{ id, type: 'security-group', name, vpcId, tags },
    ...{ description: description ?? '', hidden: world.settings.hiddenLookups, permissions: [] },
  };
  world.groups.set(id, group);
  return { GroupId: id, Tags: tagSet(tags) };
}

export function describeSecurityGroups(world: World, input: Input): object {
  checkFilters(input, ['vpc-id', 'group-name', 'group-id']);
  const fields = ({ id, name, vpcId }: Group): Record<string, string[]> => ({
    ...{ 'vpc-id': [vpcId], 'group-name': [name], 'group-id': [id] },
  });
  const found = filtered(world.visible(world.groups.values()), input, fields, ({ tags }) => tags);
  return { SecurityGroups: found.map((group) => ({ ...groupXml(group), OwnerId: world.settings.account })) };
}

function groupXml({ id, name, description, vpcId, tags, permissions }: Group): object {
  return {
    ...{ GroupId: id, GroupName: name, Description: description, VpcId: vpcId },
    Tags: tagSet(tags),
    IpPermissions: permissionsXml(permissions),
  };
}

/** One entry for each range of ports, with all its sources. */
function permissionsXml(permissions: readonly Permission[]): readonly object[] {
  const ranges = new Map<string, Permission[]>();
  for (const one of permissions) {
    const key = [one.IpProtocol, one.FromPort, one.ToPort].join(' ');
    ranges.set(key, [...(ranges.get(key) ?? []), one]);
  }
  return [...ranges.values()].map((all) => ({
    ...{ IpProtocol: all[0]?.IpProtocol, FromPort: all[0]?.FromPort, ToPort: all[0]?.ToPort },
    UserIdGroupPairs: all.filter(({ source }) => source.startsWith('sg-')).map(({ source }) => ({ GroupId: source })),
    IpRanges: all
      .filter(({ source }) => source.includes('.'))
      .map(({ source, Description }) => ({ CidrIp: source, Description })),
    Ipv6Ranges: all
      .filter(({ source }) => source.includes(':'))
      .map(({ source, Description }) => ({ CidrIpv6: source, Description })),
  }));
}

/** @throws Refused as EC2 does for an id that is not there, or not everywhere yet */
export function groupOf(world: World, id: unknown): Group {
  const group = world.groups.get(String(id));
  if (!group || !world.isVisible(group))
    throw new Refused('InvalidGroup.NotFound', `The security group '${String(id)}' does not exist`);
  return group;
}

export function authorizeSecurityGroupIngress(world: World, input: Input): object {
  const group = groupOf(world, input['GroupId']);
  const added = permissionsIn(input);
  for (const permission of added) {
    if (group.permissions.some((its) => isSame(its, permission)))
      throw new Refused(
        'InvalidPermission.Duplicate',
        `the specified rule "peer: ${permission.source}, ${permission.IpProtocol.toUpperCase()}, from port: ${permission.FromPort}, to port: ${permission.ToPort}, ALLOW" already exists`,
      );
  }
  if (group.permissions.length + added.length > world.settings.rules)
    throw new Refused(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
  group.permissions = [...group.permissions, ...added];
  return { Return: true };
}

export function revokeSecurityGroupIngress(world: World, input: Input): object {
  const group = groupOf(world, input['GroupId']);
  const ended = permissionsIn(input);
  if (ended.some((permission) => !group.permissions.some((its) => isSame(its, permission))))
    throw new Refused('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  group.permissions = group.permissions.filter((its) => !ended.some((permission) => isSame(its, permission)));
  return { Return: true };
}

interface PermissionInput {
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly IpRanges?: readonly { readonly CidrIp?: string; readonly Description?: string }[];
  readonly Ipv6Ranges?: readonly { readonly CidrIpv6?: string; readonly Description?: string }[];
}

function permissionsIn(input: Input): readonly Permission[] {
  const all = ((input['IpPermissions'] ?? []) as readonly PermissionInput[]).flatMap((one) => {
    const { IpProtocol = '', FromPort, ToPort, IpRanges = [], Ipv6Ranges = [] } = one;
    const isNumber = /^(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/.test(IpProtocol);
    if (!['tcp', 'udp', 'icmp', 'icmpv6', '-1'].includes(IpProtocol) && !isNumber)
      throw new Refused('InvalidPermission.Malformed', `Unsupported IP protocol "${IpProtocol}"`);
    return [
      ...IpRanges.map(({ CidrIp: source = '', Description }) => ({
        IpProtocol,
        FromPort,
        ToPort,
        source,
        Description,
      })),
      ...Ipv6Ranges.map(({ CidrIpv6: source = '', Description }) => ({
        IpProtocol,
        FromPort,
        ToPort,
        source,
        Description,
      })),
    ];
  });
  if (all.length === 0) throw new Refused('MissingParameter', 'The request must contain the parameter ipPermissions');
  for (const { IpProtocol, source, Description: text = '', FromPort = -1, ToPort = -1 } of all) {
    if (!/^(\d+\.\d+\.\d+\.\d+\/\d+|[0-9a-f:]*::?[0-9a-f:]*\/\d+)$/.test(source))
      throw new Refused('InvalidParameterValue', `CIDR block ${source} is malformed`);
    const hasPorts = ['tcp', 'udp', 'icmp', '6', '17', '1'].includes(IpProtocol);
    if (hasPorts && (FromPort < 0 || FromPort > ToPort || ToPort > 65_535))
      throw new Refused('InvalidParameterValue', `Invalid value for portRange. Must specify both from and to ports`);
    // "IpRange", API reference.
    if (!/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(text))
      throw new Refused('InvalidParameterValue', 'Invalid rule description.');
  }
  return all;
}

function isSame(one: Permission, other: Permission): boolean {
  return ['IpProtocol', 'FromPort', 'ToPort', 'source'].every(
    (name) => one[name as keyof Permission] === other[name as keyof Permission],
  );
}

export function deleteSecurityGroup(world: World, input: Input): object {
  const { id } = groupOf(world, input['GroupId']);
  if ([...world.instances.values()].some(({ state, groups }) => state !== 'terminated' && groups.includes(id)))
    throw new Refused('DependencyViolation', `resource ${id} has a dependent object`);
  world.groups.delete(id);
  return {};
}

export function importKeyPair(world: World, input: Input): object {
  const name = String(input['KeyName']);
  const publicKey = (input['PublicKeyMaterial'] as Buffer).toString('utf8');
  const tags = tagsFor(input, ['key-pair'])('key-pair');
  if (world.keys.has(name)) throw new Refused('InvalidKeyPair.Duplicate', `The keypair already exists: ${name}`);
  if (!/^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/]+={0,2}( .*)?$/s.test(publicKey))
    throw new Refused('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
  const key: Key = {
    id: world.id('key'),
    type: 'key-pair',
    name,
    publicKey,
    tags,
    hidden: world.settings.hiddenLookups,
  };
  world.keys.set(name, key);
  return { KeyName: name, KeyPairId: key.id, Tags: tagSet(tags) };
}

export function describeKeyPairs(world: World, input: Input): object {
  checkFilters(input, ['key-name', 'key-pair-id']);
  const names = input['KeyNames'] as readonly string[] | undefined;
  const all = world.visible(world.keys.values());
  const lost = names?.find((name) => !all.some((key) => key.name === name));
  if (lost !== undefined) throw new Refused('InvalidKeyPair.NotFound', `The key pair '${lost}' does not exist`);
  const fields = ({ id, name }: Key): Record<string, string[]> => ({ 'key-name': [name], 'key-pair-id': [id] });
  const found = filtered(all, input, fields, ({ tags }) => tags).filter(({ name }) => !names || names.includes(name));
  return { KeyPairs: found.map(({ id, name, tags }) => ({ KeyPairId: id, KeyName: name, Tags: tagSet(tags) })) };
}

/** EC2 says nothing about a name that is not there. */
export function deleteKeyPair(world: World, input: Input): object {
  const { KeyName: name, KeyPairId: id } = input as Record<string, string | undefined>;
  if (name === undefined && id === undefined) throw new Refused('MissingParameter', 'KeyName or KeyPairId is needed');
  const key = [...world.keys.values()].find((one) => one.name === name || one.id === id);
  if (!key && id !== undefined) throw new Refused('InvalidKeyPair.NotFound', `The key pair '${id}' does not exist`);
  if (key) world.keys.delete(key.name);
  return { Return: true };
}
