import type { Filter, Instance } from '@aws-sdk/client-ec2';
import { Fault } from '../../src/cloud/fault.js';
import type { MachineState } from '../../src/driver.js';
import { connect, pages, type Ask, type Context } from './client.js';
import { kindOf } from './faults.js';
import { isSettling, type Ec2Machine } from './handle.js';

/** What EC2 takes as values of one filter ("DescribeInstances"). */
const FILTER_VALUES = 200;

/** Filters, not ids: an id that is gone, or not visible yet, would make the whole question fail. */
export function instancesBy(Filters: Filter[], ask: Ask): Promise<readonly Instance[]> {
  return pages(
    (NextToken) =>
      ask((ec2, how) => ec2.describeInstances({ Filters, ...(NextToken === undefined ? {} : { NextToken }) }, how)),
    ({ Reservations: reservations = [] }) => reservations.flatMap(({ Instances: instances = [] }) => instances),
  );
}

export async function instanceOf(machine: Ec2Machine, ask: Ask): Promise<Instance | undefined> {
  if (machine.instanceId === '') return undefined;
  return (await instancesBy([{ Name: 'instance-id', Values: [machine.instanceId] }], ask))[0];
}

const STATES: Readonly<Record<string, MachineState>> = {
  pending: 'starting',
  running: 'running',
  stopping: 'stopping',
  'shutting-down': 'stopping',
  stopped: 'stopped',
  terminated: 'gone',
};

export function stateOf(machine: Ec2Machine, instance: Instance | undefined, now: Date): MachineState {
  // EC2 answers "not found" for some seconds after RunInstances: eventual consistency.
  if (!instance) return isSettling(machine, now) ? 'starting' : 'gone';
  return STATES[instance.State?.Name ?? ''] ?? 'unknown';
}

/** @throws Fault when EC2 itself has ended an instance that has just been made: it says why. */
export function refuseEnded(machine: Ec2Machine, instance: Instance | undefined, now: Date): void {
  const { State: state, StateReason: reason } = instance ?? {};
  const isEnded = state?.Name === 'terminated' || state?.Name === 'shutting-down';
  if (isEnded && isSettling(machine, now) && reason?.Code && reason.Code !== 'Client.UserInitiatedShutdown')
    throw ended(reason);
}

function ended({ Code: code = '', Message: message = '' }: NonNullable<Instance['StateReason']>): Fault {
  const bare = code.replace(/^(Client|Server)\./, '');
  const words = message.replace(`${code}: `, '') || bare;
  return new Fault(code.startsWith('Server.Insuff') ? 'stock' : kindOf(bare, 400), words, { code });
}

/** One question per account and region, whatever the number of machines. */
export async function statesOf(machines: readonly Ec2Machine[], context: Context): Promise<readonly MachineState[]> {
  const groups = new Map<string, Ec2Machine[]>();
  for (const machine of machines) {
    const key = [machine.endpoint, machine.region, machine.profile].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), machine]);
  }
  const answers = await Promise.allSettled([...groups.values()].map((group) => instancesOf(group, context)));
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const failed = answers.find((answer) => answer.status === 'rejected');
  // A region that does not answer must not hide the others.
  if (failed && (found.length === 0 || context.signal.aborted)) throw failed.reason;
  const asked = new Set(found.flatMap(({ group }) => group));
  const byId = new Map(found.flatMap(({ instances }) => instances).map((one) => [one.InstanceId, one]));
  return machines.map((machine) =>
    asked.has(machine) ? stateOf(machine, byId.get(machine.instanceId), context.now()) : 'unknown',
  );
}

interface Answer {
  readonly group: readonly Ec2Machine[];
  readonly instances: readonly Instance[];
}

async function instancesOf(group: readonly Ec2Machine[], context: Context): Promise<Answer> {
  const [first] = group;
  const ids = group.flatMap(({ instanceId }) => (instanceId === '' ? [] : [instanceId]));
  if (!first || ids.length === 0) return { group, instances: [] };
  const ask = connect(first, context);
  const instances: Instance[] = [];
  for (let at = 0; at < ids.length; at += FILTER_VALUES)
    instances.push(...(await instancesBy([{ Name: 'instance-id', Values: ids.slice(at, at + FILTER_VALUES) }], ask)));
  return { group, instances };
}
