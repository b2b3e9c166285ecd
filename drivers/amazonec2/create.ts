import { readFile } from 'node:fs/promises';
import type { Instance } from '@aws-sdk/client-ec2';
import { isFault } from '../../src/cloud/fault.js';
import { resourceName } from '../../src/cloud/owner.js';
import { firstInStock } from '../../src/cloud/stock.js';
import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { connect, type Ask, type Context } from './client.js';
import { isRefused } from './faults.js';
import { ensureNamed, ensureOwn, settled } from './groups.js';
import { SETTLING_MS, type Attempt, type Ec2Machine } from './handle.js';
import { instancesBy } from './instances.js';
import { ensureKey, publicKeyOf } from './keys.js';
import { encodedUserData, runRequest } from './launch.js';
import { lookUp, type Plan } from './lookup.js';
import type { Ec2Options } from './options.js';
import { authorize, permissionOf } from './rules.js';
import { checkOptions, openPortsOf, placeOf, tagsOf } from './settings.js';
import { addressOf } from './stored.js';
import { machineTags, tagFilter } from './tags.js';

type Host = NewHost<Ec2Options>;
interface Making {
  readonly host: Host;
  readonly ask: Ask;
  readonly context: Context;
  readonly plan: Plan;
  /** The user's own user-data, '' without. */
  readonly own: string;
}

/** What check has found for a host need not be asked again by the create that follows it at once. */
const plans = new WeakMap<Host, Plan>();

export async function check(host: Host, context: Context): Promise<void> {
  const { options } = host;
  checkOptions(options, context.report);
  encodedUserData(host, await ownUserData(options));
  await publicKeyOf(options['ssh-keypath'], host.publicKey);
  plans.set(host, await lookUp(options, connect(placeOf(options), context)));
}

/**
 * Key pair, groups, instance, each on record before the next: a call that is given what another has kept finds by tag and by
 * token what a lost answer has made.
 */
export async function create(host: Host, context: Context, kept?: Ec2Machine): Promise<Ec2Machine> {
  const { options } = host;
  const ask = connect(placeOf(options), context);
  const found = kept && (await foundAgain(kept, { ask, context }));
  if (found) return found;
  const plan = plans.get(host) ?? (await lookUp(options, ask));
  plans.delete(host);
  const making = { host, ask, context, plan, own: await ownUserData(options) };
  const begun = kept ?? newMachine(host, plan);
  await context.keep(begun);
  return launch(await surroundings(begun, making), making);
}

function newMachine(host: Host, { vpcId }: Plan): Ec2Machine {
  const { name, id, store, options } = host;
  const keyName = options['keypair-name'];
  return {
    ...placeOf(options),
    ...{ name, id, store, vpcId },
    keyName: keyName ?? resourceName(host),
    ownsKey: keyName === undefined,
    keyId: '',
    instanceId: '',
    isSpot: options['request-spot-instance'],
    groupIds: [],
    isWritable: !options['security-group-readonly'],
    ownGroupId: '',
    address: addressOf(options),
    sshPort: options['ssh-port'],
    sshUser: options['ssh-user'],
    pending: '',
    askedAt: '',
  };
}

/** The instance of an earlier call, whether its answer came or not. */
async function foundAgain(
  kept: Ec2Machine,
  { ask, context }: { ask: Ask; context: Context },
): Promise<Ec2Machine | undefined> {
  if (kept.instanceId !== '') return kept;
  if (kept.pending !== 'instance') return undefined;
  const instance = await living(kept, ask);
  return instance && keepInstance(kept, instance, context);
}

/** What the instance needs: a key pair, the groups that the user names, and one of its own for the ports opened. */
async function surroundings(begun: Ec2Machine, { host, ask, context, plan }: Making): Promise<Ec2Machine> {
  const { options } = host;
  const tags = machineTags(begun, tagsOf(options));
  const publicKey = await publicKeyOf(options['ssh-keypath'], host.publicKey);
  const keyed = await ensureKey(begun, { publicKey, tags, ask, context });
  const groupIds = await ensureNamed(plan.groups, keyed, { ask, context });
  const named: Ec2Machine = { ...keyed, groupIds };
  const rules = openPortsOf(options);
  if (rules.length === 0) return named;
  const machine = await ensureOwn(named, tags, { ask, context });
  const permissions = rules.map((rule) => permissionOf(rule, 'berth: open-port'));
  await settled('its security group', context, () => authorize(machine.ownGroupId, permissions, ask));
  return machine;
}

async function launch(machine: Ec2Machine, making: Making): Promise<Ec2Machine> {
  const { context, plan } = making;
  // A token that was sent must be sent with the same request again: the image may have become another since.
  const attempts = machine.attempt ? sameFirst(machine.attempt, plan.attempts) : plan.attempts;
  return firstInStock(attempts, context.report, async (candidate) => {
    const attempt = attempts.find(({ zone, type }) => zone === candidate.zone && type === candidate.type);
    if (!attempt) throw new Error('candidates are attempts');
    const asking: Ec2Machine = { ...machine, attempt, pending: 'instance', askedAt: context.now().toISOString() };
    await context.keep(asking);
    const instance = await run(asking, attempt, making).catch(async (error: unknown) => {
      if (isRefused(error)) await context.keep({ ...asking, pending: '' });
      throw error;
    });
    return keepInstance(asking, instance, context);
  });
}

function sameFirst(last: Attempt, attempts: readonly Attempt[]): readonly Attempt[] {
  return [last, ...attempts.filter(({ zone, type }) => zone !== last.zone || type !== last.type)];
}

/** @throws Fault of kind stock when the next attempt may do better */
async function run(machine: Ec2Machine, attempt: Attempt, { host, ask, context, own }: Making): Promise<Instance> {
  const request = runRequest({ host, machine, attempt, own });
  try {
    const { Instances: instances = [] } = await settled('key pair and groups', context, () =>
      ask((ec2, how) => ec2.runInstances(request, how)),
    );
    const [instance] = instances;
    if (instance?.InstanceId) return instance;
    throw new MachineError('DriverFailed', 'EC2 has made no instance and gave no reason');
  } catch (error) {
    if (!isFault(error, 'conflict') || error.code !== 'IdempotentParameterMismatch') throw error;
    // An earlier call with this token made one, from another user-data, say.
    return poll(() => living(machine, ask), {
      ...{ what: 'the instance of the first call to be visible', withinMs: SETTLING_MS },
      ...{ atMostEveryMs: 2_000, signal: context.signal, lastWords: () => error },
    });
  }
}

async function living({ id }: Ec2Machine, ask: Ask): Promise<Instance | undefined> {
  const states = ['pending', 'running', 'stopping', 'stopped'];
  const [instance] = await instancesBy([tagFilter(id), { Name: 'instance-state-name', Values: states }], ask);
  return instance;
}

async function keepInstance(machine: Ec2Machine, instance: Instance, context: Context): Promise<Ec2Machine> {
  const account = instance.NetworkInterfaces?.[0]?.OwnerId;
  const made: Ec2Machine = {
    ...machine,
    instanceId: instance.InstanceId ?? '',
    ...(account === undefined ? {} : { account }),
    pending: '',
    askedAt: context.now().toISOString(),
  };
  await context.keep(made);
  return made;
}

async function ownUserData({ userdata: path }: Ec2Options): Promise<string> {
  if (path === undefined) return '';
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MachineError('CheckFailed', `the file of user-data cannot be read: "${path}"`, {
      suggestions: ['Check --amazonec2-userdata'],
      cause,
    });
  }
}
