import type { Instance } from '@aws-sdk/client-ec2';
import { isFault } from '../../src/cloud/fault.js';
import { finished } from '../../src/cloud/never-finished.js';
import type { Driver } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { choices } from './choices.js';
import { connect, type Ask, type Context } from './client.js';
import { check, create } from './create.js';
import { told } from './faults.js';
import { discard, owned } from './gc.js';
import type { Ec2Machine } from './handle.js';
import { instanceOf, refuseEnded, stateOf, statesOf } from './instances.js';
import type { Ec2Options } from './options.js';
import { ports } from './ports.js';
import { remove } from './remove.js';

const ADDRESS_WITHIN_MS = 120_000;
const STOPPED_WITHIN_MS = 300_000;
/** Of a console's end, in characters. */
const TAIL = 2_000;

export const driver: Driver<Ec2Options, Ec2Machine> = {
  check: (host, context) => told('check the options', () => check(host, context)),
  choices: (key, options, context) => told('list what there is', () => choices(key, options, context)),
  create: (host, context, kept) => told('create the instance', () => create(host, context, kept)),
  state: (machine, context) =>
    told('ask for the state', async () => {
      const instance = await instanceOf(machine, connect(machine, context));
      refuseEnded(machine, instance, context.now());
      return stateOf(machine, instance, context.now());
    }),
  states: (machines, context) => told('ask for the states', () => statesOf(machines, context)),
  target: (machine, context) =>
    told('ask for the address', async () => ({
      host: await untilAddress(machine, context),
      port: machine.sshPort,
      user: machine.sshUser,
    })),
  start: (machine, context) => told('start the instance', () => start(made(machine), context)),
  stop: (machine, context) => told('stop the instance', () => halt(made(machine), { isForced: false, context })),
  kill: (machine, context) => told('stop the instance', () => halt(made(machine), { isForced: true, context })),
  remove: (machine, context) => told('remove the instance', () => remove(machine, context)),
  consoleTail: (machine, context) => told('read the console', () => consoleTail(machine, connect(machine, context))),
  owned: (options, context) => told('list what is tagged', () => owned(options, context)),
  discard: (all, options, context) => told('remove what is left', () => discard(all, options, context)),
  ports,
};

/** @throws MachineError MachineNotRunning when the create never got so far */
function made(machine: Ec2Machine): Ec2Machine {
  return finished(machine, machine.instanceId);
}

/** A public address comes some seconds after the instance, and another one after every stop. */
function untilAddress(machine: Ec2Machine, context: Context): Promise<string> {
  const ask = connect(machine, context);
  const option = { public: 'use-private-address', private: 'vpc-id', ipv6: 'ipv6-address-count' }[machine.address];
  return poll(async () => addressOf(machine, await instanceOf(machine, ask)), {
    what: `a${machine.address === 'ipv6' ? 'n IPv6' : ` ${machine.address}`} address of ${machine.name}`,
    withinMs: ADDRESS_WITHIN_MS,
    everyMs: 50,
    atMostEveryMs: 3_000,
    signal: context.signal,
    suggestions: [`Check --amazonec2-${option} and --amazonec2-subnet-id`, `berth status ${machine.name}`],
  });
}

function addressOf({ address }: Ec2Machine, instance: Instance | undefined): string | undefined {
  if (address === 'private') return instance?.PrivateIpAddress || undefined;
  if (address === 'public') return instance?.PublicIpAddress || undefined;
  const addresses = instance?.NetworkInterfaces?.flatMap(({ Ipv6Addresses: all = [] }) => all) ?? [];
  return addresses.find(({ Ipv6Address: one }) => one)?.Ipv6Address ?? instance?.Ipv6Address;
}

async function start(machine: Ec2Machine, context: Context): Promise<void> {
  const ask = connect(machine, context);
  const InstanceIds = [machine.instanceId];
  await inTime(machine, { verb: 'start', context }, () => ask((ec2, how) => ec2.startInstances({ InstanceIds }, how)));
}

/** EC2 does not start what is still stopping, nor stop what is still starting: that is waited for. */
async function inTime(
  machine: Ec2Machine,
  { verb, context }: { verb: string; context: Context },
  work: () => Promise<unknown>,
): Promise<void> {
  const ask = connect(machine, context);
  let last: unknown;
  const attempt = async (): Promise<true | undefined> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isFault(error, 'conflict')) throw error;
      // Whatever else it is by now, it has changed since, or will.
      if (stateOf(machine, await instanceOf(machine, ask), context.now()) === 'gone') throw error;
      last = error;
      return undefined;
    }
  };
  await poll(attempt, {
    what: `${machine.name} to be ready to ${verb}`,
    withinMs: STOPPED_WITHIN_MS,
    everyMs: 50,
    atMostEveryMs: 3_000,
    signal: context.signal,
    lastWords: () => last,
  });
}

/** Returns once EC2 says that it has stopped. */
async function halt(
  machine: Ec2Machine,
  { isForced, context }: { isForced: boolean; context: Context },
): Promise<void> {
  const ask = connect(machine, context);
  if (machine.isSpot)
    throw new MachineError('NotSupported', `"${machine.name}" is a spot instance, which can only be removed`, {
      suggestions: [`berth rm ${machine.name}`],
    });
  const request = { InstanceIds: [machine.instanceId], ...(isForced ? { Force: true } : {}) };
  await inTime(machine, { verb: 'stop', context }, () => ask((ec2, how) => ec2.stopInstances(request, how)));
  await poll(async () => (isStopped(machine, await instanceOf(machine, ask), context) ? true : undefined), {
    what: `${machine.name} to stop`,
    withinMs: STOPPED_WITHIN_MS,
    everyMs: 50,
    atMostEveryMs: 3_000,
    signal: context.signal,
    ...(isForced ? {} : { suggestions: [`berth kill ${machine.name}`] }),
  });
}

function isStopped(machine: Ec2Machine, instance: Instance | undefined, { now }: Context): boolean {
  return ['stopped', 'gone'].includes(stateOf(machine, instance, now()));
}

/** The newest lines are to be had of instances on the Nitro system alone; of others those of the last boot. */
async function consoleTail({ instanceId }: Ec2Machine, ask: Ask): Promise<string> {
  if (instanceId === '') return '';
  const read = async (Latest: boolean): Promise<string> => {
    const request = { InstanceId: instanceId, ...(Latest ? { Latest } : {}) };
    const { Output: output = '' } = await ask((ec2, how) => ec2.getConsoleOutput(request, how));
    return Buffer.from(output, 'base64').toString('utf8').slice(-TAIL);
  };
  return read(true).catch((error: unknown) => {
    if (isFault(error, 'input', 'other')) return read(false);
    throw error;
  });
}
