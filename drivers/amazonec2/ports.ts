import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { isFault } from '../../src/cloud/fault.js';
import { portText } from '../../src/cloud/ports.js';
import type { PortRule, Ports } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { connect, type Ask, type Context } from './client.js';
import { told } from './faults.js';
import { ensureOwn, settled } from './groups.js';
import type { Ec2Machine } from './handle.js';
import { instanceOf } from './instances.js';
import { authorize, mentions, missingOf, permissionOf, portsIn, rulesOf, sourcesOf } from './rules.js';
import { machineTags } from './tags.js';

/** The engine's port; docker-machine's amazonec2 has no option for another. */
const ENGINE_PORT = 2376;

/**
 * The engine's port goes into the groups that the user named, as docker-machine's does; every other one into a group of the
 * machine's own. Rules say in their description whose they are.
 */
export const ports: Ports<Ec2Machine> = {
  list: (machine, context) =>
    told('list ports', async () => rulesOf(await permissionsOf(machine, connect(machine, context)))),
  open: (machine, rules, context) => told('open ports', () => open(machine, rules, context)),
  close: (machine, rules, context) => told('close ports', () => close(machine, rules, connect(machine, context))),
};

async function open(machine: Ec2Machine, rules: readonly PortRule[], context: Context): Promise<Ec2Machine | void> {
  const ask = connect(machine, context);
  const present = await permissionsOf(machine, ask);
  const missing = rules.flatMap((rule) => (isManaged(machine, rule, present) ? [] : (missingOf(present, rule) ?? [])));
  const forOwn: PortRule[] = [];
  for (const rule of missing) if (!(await openShared(machine, rule, ask))) forOwn.push(rule);
  if (forOwn.length === 0) return;
  return openOwn(machine, forOwn, { ask, context });
}

/** Read-only groups that let the engine in from anywhere, be it another group, are the user's own arrangement. */
function isManaged(machine: Ec2Machine, rule: PortRule, present: readonly IpPermission[]): boolean {
  return !machine.isWritable && isEngine(rule) && mentions(present, rule);
}

function isEngine({ protocol, from, to }: PortRule): boolean {
  return protocol === 'tcp' && from === ENGINE_PORT && to === ENGINE_PORT;
}

/** docker-machine's machines carry no tags by which a group of their own could be found again. */
async function openShared(machine: Ec2Machine, rule: PortRule, ask: Ask): Promise<boolean> {
  const [group] = machine.groupIds;
  if (machine.id !== '' && !isEngine(rule)) return false;
  if (group === undefined || !machine.isWritable) {
    if (machine.id !== '') return false;
    throw new MachineError('NotSupported', `the security groups of ${machine.name} are read-only`, {
      suggestions: [`aws ec2 authorize-security-group-ingress --group-id ${group ?? '…'} --protocol tcp --port …`],
    });
  }
  try {
    await authorize(group, [permissionOf(rule, whose(machine))], ask);
    return true;
  } catch (error) {
    // A group that has as many rules as it may have.
    if (isFault(error, 'quota') && machine.id !== '') return false;
    throw error;
  }
}

async function openOwn(
  machine: Ec2Machine,
  rules: readonly PortRule[],
  { ask, context }: { ask: Ask; context: Context },
): Promise<Ec2Machine> {
  const owning = await ensureOwn(machine, machineTags(machine, {}), { ask, context });
  const permissions = rules.map((rule) => permissionOf(rule, whose(machine)));
  await settled('its security group', context, () => authorize(owning.ownGroupId, permissions, ask));
  await attach(owning, { ask, context });
  return owning;
}

/** Groups belong to network interfaces; the whole list is replaced. */
async function attach(machine: Ec2Machine, { ask, context }: { ask: Ask; context: Context }): Promise<void> {
  const instance = await instanceOf(machine, ask);
  const [first] = instance?.NetworkInterfaces ?? [];
  const NetworkInterfaceId = first?.NetworkInterfaceId;
  if (NetworkInterfaceId === undefined)
    throw new MachineError('DriverFailed', `${machine.name} has no network interface`, {
      suggestions: [`berth status ${machine.name}`],
    });
  const present = (first?.Groups ?? []).flatMap(({ GroupId: id }) => id ?? []);
  if (present.includes(machine.ownGroupId)) return;
  const Groups = [...present, machine.ownGroupId];
  await settled('its security group', context, () =>
    ask((ec2, how) => ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId, Groups }, how)),
  );
}

async function close(machine: Ec2Machine, rules: readonly PortRule[], ask: Ask): Promise<void> {
  for (const group of await groupsOf(machine, ask)) {
    const isOwn = group.GroupId === machine.ownGroupId;
    const IpPermissions = (group.IpPermissions ?? []).flatMap((permission) =>
      rules.flatMap((rule) => closing(permission, rule, isOwn ? undefined : whose(machine))),
    );
    if (IpPermissions.length === 0 || group.GroupId === undefined) continue;
    const GroupId = group.GroupId;
    await ask((ec2, how) => ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions }, how)).catch((error: unknown) => {
      if (!isFault(error, 'notFound')) throw error;
    });
  }
}

/** The part of a permission that the rule names and that is the machine's. */
function closing(permission: IpPermission, rule: PortRule, description: string | undefined): IpPermission[] {
  const [port, ...more] = portsIn(permission);
  if (!port || more.length > 0 || portText(port) !== portText(rule)) return [];
  const sources = sourcesOf(permission, description).filter((source) => rule.sources.includes(source));
  return sources.length === 0 ? [] : [permissionOf({ ...rule, sources }, '')];
}

function whose({ name, id, instanceId }: Ec2Machine): string {
  return `berth: ${name} ${(id || instanceId).slice(0, 12)}`;
}

async function permissionsOf(machine: Ec2Machine, ask: Ask): Promise<readonly IpPermission[]> {
  return (await groupsOf(machine, ask)).flatMap(({ IpPermissions: permissions = [] }) => permissions);
}

async function groupsOf({ groupIds, ownGroupId }: Ec2Machine, ask: Ask): Promise<readonly SecurityGroup[]> {
  const ids = [...groupIds, ...(ownGroupId === '' ? [] : [ownGroupId])];
  if (ids.length === 0) return [];
  const Filters = [{ Name: 'group-id', Values: ids }];
  return (await ask((ec2, how) => ec2.describeSecurityGroups({ Filters }, how))).SecurityGroups ?? [];
}
