import { isFault } from '../../src/cloud/fault.js';
import { throwIfCancelled } from '../../src/errors.js';
import { pause, poll } from '../../src/poll.js';
import { connect, paceOf, type Ask, type Context } from './client.js';
import { ownGroups } from './groups.js';
import { settlesInMs, type Ec2Machine } from './handle.js';
import { instancesBy } from './instances.js';
import { refuseOtherAccount } from './owner.js';
import { tagFilter } from './tags.js';

/** An instance has two minutes to shut down before EC2 ends it. */
const TERMINATED_WITHIN_MS = 300_000;
const NOT_ENDED = ['pending', 'running', 'stopping', 'stopped'];

/** Instance, spot request, key pair and own group; what is gone is success, what others made is not touched. */
export async function remove(machine: Ec2Machine, context: Context): Promise<void> {
  const ask = connect(machine, context);
  const instances = await instancesToEnd(machine, ask, context);
  if (machine.isSpot) await cancelRequests(machine, ask);
  const ended = await endAll(machine, instances, { ask, context });
  if (ended.length === 0) await refuseOtherAccount(machine, ask);
  await deleteKey(machine, ask);
  const groups = await groupsToDelete(machine, ask, context);
  if (groups.length === 0) return;
  await untilTerminated(instances, ask, context);
  for (const group of groups) await deleteGroup(group, ask, context);
}

/** The one on record, else whatever carries the machine's tag: a lost answer may have made it. */
async function instancesToEnd(machine: Ec2Machine, ask: Ask, context: Context): Promise<readonly string[]> {
  if (machine.instanceId !== '') return [machine.instanceId];
  if (machine.id === '' || machine.askedAt === '') return [];
  const find = async (): Promise<readonly string[]> => {
    const Filters = [tagFilter(machine.id), { Name: 'instance-state-name', Values: NOT_ENDED }];
    return (await instancesBy(Filters, ask)).flatMap(({ InstanceId: id }) => id ?? []);
  };
  return machine.pending === 'instance' ? untilVisible(find, machine, context) : find();
}

/** Lookups of what may have been made a moment ago: with pauses that double from half a second, three quarters of a minute. */
const LOOKUPS = 8;

/** A lookup that may miss what was asked for a moment ago, repeated until it cannot any more. */
async function untilVisible(
  find: () => Promise<readonly string[]>,
  machine: Ec2Machine,
  context: Context,
): Promise<readonly string[]> {
  const { firstMs } = paceOf(machine, context);
  for (let lookup = 1; ; lookup += 1) {
    const found = await find();
    const leftMs = settlesInMs(machine.askedAt, context.now());
    if (found.length > 0 || leftMs === 0 || lookup === LOOKUPS) return found;
    if (lookup === 3) context.report.info(`waiting for what EC2 may have made for ${machine.name} a moment ago`);
    await pause(Math.min(firstMs * 2 ** (lookup - 1), 16_000, leftMs), context.signal);
    throwIfCancelled(context.signal);
  }
}

async function cancelRequests({ id, instanceId }: Ec2Machine, ask: Ask): Promise<void> {
  const whose = id === '' ? { Name: 'instance-id', Values: [instanceId] } : tagFilter(id);
  const Filters = [whose, { Name: 'state', Values: ['open', 'active'] }];
  const { SpotInstanceRequests: requests = [] } = await ask((ec2, how) =>
    ec2.describeSpotInstanceRequests({ Filters }, how),
  );
  const ids = requests.flatMap(({ SpotInstanceRequestId: request }) => request ?? []);
  if (ids.length > 0) await cancelSpotRequests(ids, ask);
}

export async function cancelSpotRequests(ids: readonly string[], ask: Ask): Promise<void> {
  await unlessGone(() => ask((ec2, how) => ec2.cancelSpotInstanceRequests({ SpotInstanceRequestIds: [...ids] }, how)));
}

/** An instance that has just been made is "not found" for a while: that is no leave to forget it. */
async function endAll(
  machine: Ec2Machine,
  ids: readonly string[],
  { ask, context }: { ask: Ask; context: Context },
): Promise<readonly string[]> {
  const end = async (): Promise<readonly string[]> => ((await terminate(ids, ask)) ? ids : []);
  return ids.length === 0 ? [] : untilVisible(end, machine, context);
}

/** One request each: of several with one that is gone EC2 ends none. False when one of them was not found. */
export async function terminate(ids: readonly string[], ask: Ask): Promise<boolean> {
  let isComplete = true;
  for (const id of ids) {
    const isThere = await unlessGone(() => ask((ec2, how) => ec2.terminateInstances({ InstanceIds: [id] }, how)));
    isComplete &&= isThere;
  }
  return isComplete;
}

/** By its id; by its name where no answer has told the id, for the name holds a random part, or is docker-machine's. */
async function deleteKey({ id, keyName, keyId, ownsKey, pending }: Ec2Machine, ask: Ask): Promise<void> {
  const isKnownByName = id === '' || pending === 'key';
  if (!ownsKey || keyName === '' || (keyId === '' && !isKnownByName)) return;
  const which = keyId === '' ? { KeyName: keyName } : { KeyPairId: keyId };
  await unlessGone(() => ask((ec2, how) => ec2.deleteKeyPair(which, how)));
}

async function groupsToDelete(machine: Ec2Machine, ask: Ask, context: Context): Promise<readonly string[]> {
  const find = (): Promise<readonly string[]> => ownGroups(machine, ask);
  const found = machine.pending === 'group' ? await untilVisible(find, machine, context) : await find();
  return [...new Set([...found, ...(machine.ownGroupId === '' ? [] : [machine.ownGroupId])])];
}

/** A group stays in use until the instance's network interface is gone. */
export async function untilTerminated(ids: readonly string[], ask: Ask, { signal }: Context): Promise<void> {
  if (ids.length === 0) return;
  const Filters = [
    { Name: 'instance-id', Values: [...ids] },
    { Name: 'instance-state-name', Values: [...NOT_ENDED, 'shutting-down'] },
  ];
  await poll(async () => ((await instancesBy(Filters, ask)).length === 0 ? true : undefined), {
    what: `${ids.join(', ')} to end`,
    withinMs: TERMINATED_WITHIN_MS,
    everyMs: 50,
    atMostEveryMs: 5_000,
    signal,
    suggestions: ['Run the same command again: it goes on where this one ended'],
  });
}

export async function deleteGroup(GroupId: string, ask: Ask, { signal }: Context): Promise<void> {
  let last: unknown;
  await poll(
    async () => {
      try {
        await unlessGone(() => ask((ec2, how) => ec2.deleteSecurityGroup({ GroupId }, how)));
        return true;
      } catch (error) {
        if (!isFault(error, 'conflict')) throw error;
        last = error;
        return undefined;
      }
    },
    {
      what: `security group ${GroupId} to be out of use`,
      withinMs: 60_000,
      everyMs: 50,
      atMostEveryMs: 5_000,
      signal,
      lastWords: () => last,
      suggestions: [`aws ec2 describe-network-interfaces --filters Name=group-id,Values=${GroupId}`],
    },
  );
}

/** False when it was gone. */
export async function unlessGone(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!isFault(error, 'notFound')) throw error;
    return false;
  }
}
