import { array, object, text } from '../../src/cloud/found.js';
import type { Driver, DriverContext, MachineState, SshTarget } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { check } from './check.js';
import { choices } from './choices.js';
import { connect, propertiesOf, type Arm } from './client.js';
import { consoleTail } from './console.js';
import { create } from './create.js';
import { told } from './faults.js';
import { discard, owned } from './gc.js';
import type { AzureMachine } from './handle.js';
import type { AzureOptions } from './options.js';
import { at, below, computeAt, vmAt } from './places.js';
import { ports } from './ports.js';
import { powerOf } from './power.js';
import { remove } from './remove.js';

type Context = DriverContext<AzureMachine>;

/** An address is given within seconds, in milliseconds. */
const ADDRESS_WITHIN_MS = 120_000;

export const driver: Driver<AzureOptions, AzureMachine> = {
  check: (host, context) => told('check the request', () => check(host, context)),
  choices: (key, options, context) => told('list what there is', () => choices(key, options, context)),
  create: (host, context, kept) => told('create the machine', () => create(host, context, kept)),

  state: (resource, context) =>
    told('ask for the state', async () => {
      const vm = await connect(resource, context).find(vmAt(resource), { $expand: 'instanceView' });
      return vm ? powerOf(vm) : 'gone';
    }),

  states: (resources, context) => told('ask for the states', () => states(resources, context)),
  target: (resource, context) => told('ask for the address', () => target(resource, context)),

  start: (resource, context) => told('start the machine', () => power(resource, context, ['start'])),

  /** Stopped alone would still be paid for. */
  stop: (resource, context) => told('stop the machine', () => power(resource, context, ['deallocate'])),

  kill: (resource, context) =>
    told('kill the machine', () => power(resource, context, ['powerOff?skipShutdown', 'deallocate'])),

  remove: (resource, context) => told('remove the machine', () => remove(resource, context)),
  consoleTail: (resource, context) => told('read the console', () => consoleTail(resource, context)),
  ports,
  owned: (options, context) => told('look for what is left', () => owned(options, context)),
  discard: (items, options, context) => told('remove what is left', () => discard(items, options, context)),
};

async function power(resource: AzureMachine, context: Context, verbs: readonly string[]): Promise<void> {
  const arm = connect(resource, context);
  for (const verb of verbs) {
    const [word = '', flag] = verb.split('?');
    await arm.post(below(vmAt(resource), word), flag === undefined ? {} : { [flag]: true });
  }
}

/** One question for a subscription, whatever the number of machines. */
async function states(resources: readonly AzureMachine[], context: Context): Promise<readonly MachineState[]> {
  const accounts = new Map(resources.map((one) => [`${one.endpoint} ${one.subscription}`, one]));
  const found = new Map<string, MachineState>();
  for (const [account, one] of accounts) {
    const machines = await connect(one, context).list(computeAt(one, 'virtualMachines'), { statusOnly: true });
    for (const vm of machines) found.set(`${account} ${text(vm['id']).toLowerCase()}`, powerOf(vm));
  }
  return resources.map(
    (one) => found.get(`${one.endpoint} ${one.subscription} ${vmAt(one).path.toLowerCase()}`) ?? 'gone',
  );
}

async function target(resource: AzureMachine, context: Context): Promise<SshTarget> {
  const arm = connect(resource, context);
  const host = await poll(() => addressOf(resource, arm), {
    what: `${resource.name} to have an address`,
    withinMs: ADDRESS_WITHIN_MS,
    ...arm.rhythm,
  });
  return { host, port: 22, user: resource.user };
}

async function addressOf(resource: AzureMachine, arm: Arm): Promise<string | undefined> {
  const isPrivate = resource.reach === 'private';
  const place = isPrivate ? at(resource, 'nic', resource.nic) : at(resource, 'publicIp', resource.publicIp);
  const found = await arm.find(place);
  if (!found) throw new MachineError('DriverFailed', `machine "${resource.name}" is gone`);
  const { ipAddress, dnsSettings, ipConfigurations } = propertiesOf(found);
  if (isPrivate) return text(propertiesOf(array(ipConfigurations)[0])['privateIPAddress']) || undefined;
  const name = text(object(dnsSettings)['fqdn']);
  return (resource.reach === 'name' && name !== '' ? name : text(ipAddress)) || undefined;
}
