import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { isFault } from '../../src/cloud/fault.js';
import { resourceName, TAG } from '../../src/cloud/owner.js';
import { ANYWHERE } from '../../src/cloud/ports.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import type { Ask, Context } from './client.js';
import { isRefused } from './faults.js';
import { SETTLING_MS, type Ec2Machine } from './handle.js';
import type { Ec2Options } from './options.js';
import { authorize, mentions, permissionOf } from './rules.js';
import { specification, tagFilter } from './tags.js';

/** The groups that the options name, in their order; those without one do not exist yet. */
export type NamedGroups = readonly { readonly name: string; readonly group: SecurityGroup | undefined }[];

/** @throws MachineError CheckFailed when one is missing that may not be made */
export async function findGroups(
  { 'security-group': wanted, 'security-group-readonly': isReadonly }: Ec2Options,
  vpcId: string,
  ask: Ask,
): Promise<NamedGroups> {
  const [ids, names] = [wanted.filter(isId), wanted.filter((name) => !isId(name))];
  const within = { Name: 'vpc-id', Values: [vpcId] };
  const questions = [
    ...(ids.length > 0 ? [{ Name: 'group-id', Values: ids }] : []),
    ...(names.length > 0 ? [{ Name: 'group-name', Values: names }] : []),
  ];
  const all = (await Promise.all(questions.map((question) => groupsBy([within, question], ask)))).flat();
  return wanted.map((name) => {
    const group = all.find(({ GroupName: itsName, GroupId: itsId }) => itsName === name || itsId === name);
    if (!group && (isReadonly || isId(name)))
      throw new MachineError('CheckFailed', `there is no security group "${name}" in "${vpcId}"`, {
        suggestions: [
          `aws ec2 describe-security-groups --filters Name=vpc-id,Values=${vpcId}`,
          'Check --amazonec2-vpc-id',
        ],
      });
    return { name, group };
  });
}

/** No group can have such a name. */
function isId(name: string): boolean {
  return name.startsWith('sg-');
}

async function groupsBy(Filters: { Name: string; Values: string[] }[], ask: Ask): Promise<readonly SecurityGroup[]> {
  const { SecurityGroups: groups = [] } = await ask((ec2, how) => ec2.describeSecurityGroups({ Filters }, how));
  return groups;
}

/** Makes the named groups that are missing, and lets everybody reach sshd unless they are read-only. Returns their ids. */
export async function ensureNamed(
  named: NamedGroups,
  machine: Ec2Machine,
  { ask, context }: { ask: Ask; context: Context },
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const { name, group } of named) ids.push(group?.GroupId ?? (await makeShared(name, machine, { ask, context })));
  const ssh = { protocol: 'tcp', from: machine.sshPort, to: machine.sshPort, sources: ANYWHERE } as const;
  const [first] = ids;
  const isReachable = named.some(({ group }) => mentions(group?.IpPermissions ?? [], ssh));
  if (machine.isWritable && !isReachable && first !== undefined)
    await settled(`group ${first}`, context, () => authorize(first, [permissionOf(ssh, 'berth: ssh')], ask));
  return ids;
}

/** Shared by all machines, as docker-machine's is: it carries no machine's id, and nothing removes it. */
async function makeShared(
  name: string,
  { vpcId, store }: Ec2Machine,
  { ask, context }: { ask: Ask; context: Context },
): Promise<string> {
  const TagSpecifications = specification('security-group', { Name: name, [TAG.store]: store, [SHARED_TAG]: 'true' });
  try {
    const { GroupId: id = '' } = await ask((ec2, how) =>
      ec2.createSecurityGroup({ GroupName: name, Description: 'Docker Machine', VpcId: vpcId, TagSpecifications }, how),
    );
    return id;
  } catch (error) {
    // Another machine made at the same time has made it, or an answer was lost.
    if (!isFault(error, 'conflict')) throw error;
    const Filters = [
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'group-name', Values: [name] },
    ];
    return visible(`security group ${name}`, context, async () => (await groupsBy(Filters, ask))[0]?.GroupId);
  }
}
const SHARED_TAG = 'berth-shared';

/** The machine's own group, made at need, on record before its first rule. */
export async function ensureOwn(
  machine: Ec2Machine,
  tags: Readonly<Record<string, string>>,
  { ask, context }: { ask: Ask; context: Context },
): Promise<Ec2Machine> {
  if (machine.ownGroupId !== '') return machine;
  await context.keep({ ...machine, pending: 'group', askedAt: context.now().toISOString() });
  const GroupName = resourceName(machine);
  const TagSpecifications = specification('security-group', tags);
  let id: string | undefined;
  try {
    const request = { GroupName, Description: `Ports of ${machine.name}`, VpcId: machine.vpcId, TagSpecifications };
    id = (await ask((ec2, how) => ec2.createSecurityGroup(request, how))).GroupId;
  } catch (error) {
    if (isRefused(error)) await context.keep({ ...machine, pending: '' });
    if (!isFault(error, 'conflict')) throw error;
    id = await visible('its security group', context, async () => (await ownGroups(machine, ask))[0]);
  }
  const owning = { ...machine, ownGroupId: id ?? '' };
  await context.keep(owning);
  return owning;
}

/** Groups that carry the machine's id: its own one, made known or not. */
export async function ownGroups(machine: Pick<Ec2Machine, 'id'>, ask: Ask): Promise<readonly string[]> {
  if (machine.id === '') return [];
  return (await groupsBy([tagFilter(machine.id)], ask)).flatMap(({ GroupId: id }) => id ?? []);
}

function visible<T>(what: string, { signal }: Context, find: () => Promise<T | undefined>): Promise<T> {
  return poll(find, {
    what: `${what} to be visible`,
    withinMs: SETTLING_MS,
    everyMs: 20,
    atMostEveryMs: 2_000,
    signal,
  });
}

/** Codes of what is made just before it is used. */
const NEW = /^Invalid(Group|GroupId|SecurityGroupId|SecurityGroupID|KeyPair|Key)\.NotFound$/;

/** Does what EC2 refuses as not found while a new resource is not everywhere yet. */
export function settled<T>(what: string, { signal }: Context, work: () => Promise<T>): Promise<T> {
  let last: unknown;
  return poll(
    async () => {
      try {
        return { done: await work() };
      } catch (error) {
        if (!isFault(error, 'notFound') || !NEW.test(error.code)) throw error;
        last = error;
        return undefined;
      }
    },
    {
      what: `${what} to be visible`,
      withinMs: SETTLING_MS,
      everyMs: 20,
      atMostEveryMs: 2_000,
      signal,
      lastWords: () => last,
    },
  ).then(({ done }) => done);
}
