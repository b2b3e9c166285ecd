import { randomUUID } from 'node:crypto';
import { asMachineError, type Advice } from '../../src/cloud/fault.js';
import type { Driver, DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import type { Instance, Methods } from './api.js';
import { checkHost } from './check.js';
import { computeOf, unlessMissing, type Compute } from './client.js';
import { createInstance } from './create.js';
import { discardAll, ownedIn } from './gc.js';
import { listed } from './listed.js';
import type { GoogleMachine } from './machine.js';
import type { GoogleOptions } from './options.js';
import { isYoung, ownInstance } from './own.js';
import { removeMachine } from './remove.js';
import { closeRules, listRules, openRules } from './rules.js';
import { stateOf, statesOf } from './state.js';
import { tagged } from './tags.js';

type Context = DriverContext<GoogleMachine>;

const ADVICE: Advice = {
  credentials: [
    'gcloud auth application-default login',
    "Give the account the role Compute Instance Admin, and Service Account User for the machine's",
    'gcloud services enable compute.googleapis.com',
  ],
  quota: [
    'Ask for more: https://cloud.google.com/docs/quotas/view-manage',
    'Choose another --google-zone, in another region',
    'Remove machines that are no longer needed: berth ls',
  ],
  throttled: ['Wait a minute, then try again'],
  stock: [
    'Give several zones to try: --google-zone us-central1-a,us-central1-b,us-central1-f',
    'Give several types to try: --google-machine-type e2-medium,n2-standard-2',
  ],
  input: [
    'Look up what the options take: berth drivers google',
    'Where the organisation forbids external addresses: --google-use-internal-ip-only',
  ],
  notFound: ['Check --google-project, --google-zone, --google-machine-image and --google-network'],
  conflict: ['Wait a minute, then try again'],
  unavailable: ['Look at https://status.cloud.google.com, then try again'],
};

/** How long Google may take to say an address, in milliseconds. */
const ADDRESS_MS = 120_000;
/** The end of the console that tells why a machine does not answer, in bytes. */
const CONSOLE_BYTES = 2_048;

export const driver: Driver<GoogleOptions, GoogleMachine> = {
  check: (host, context) => edge('check the request', () => checkHost(host, context)),
  choices: (key, options, context) => edge('list what there is', () => listed(key, options, context)),
  create: (host, context, kept) => edge('create the instance', () => createInstance(host, context, kept)),
  state: (machine, context) =>
    edge('ask for the state', async () => {
      const compute = await computeOf(machine, context);
      return stateOf(await ownInstance(machine, compute), machine, context);
    }),
  states: (machines, context) => edge('ask for the states', () => statesOf(machines, context)),
  target: (machine, context) => edge('ask for the address', () => targetOf(machine, context)),
  start: (machine, context) => edge('start the instance', () => power(machine, context, 'start')),
  stop: (machine, context) => edge('stop the instance', () => power(machine, context, 'stop')),
  // Compute Engine has no power cut: it asks the system to shut down and stops it after 90 s.
  kill: (machine, context) => edge('stop the instance', () => power(machine, context, 'stop')),
  remove: (machine, context) => edge('remove the instance', () => removeMachine(machine, context)),
  consoleTail: (machine, context) =>
    edge('read the console', async () => {
      const compute = await computeOf(machine, context);
      const { zone, instance } = machine;
      const asked = compute.ask('Instances.getSerialPortOutput', {
        zone,
        instance,
        port: 1,
        start: `-${CONSOLE_BYTES}`,
      });
      return (await unlessMissing(asked))?.contents?.slice(-CONSOLE_BYTES) ?? '';
    }),
  ports: {
    list: (machine, context) =>
      edge('list the rules', async () => listRules(machine, { compute: await computeOf(machine, context) })),
    open: (machine, rules, context) =>
      edge('open ports', async () => {
        if (!machine.firewall) return machine;
        const compute = await computeOf(machine, context);
        const own = machine.tag === '' ? await tagged(machine, compute) : machine;
        await openRules(own, rules, { compute });
        return own;
      }),
    close: (machine, rules, context) =>
      edge('close ports', async () => closeRules(machine, rules, { compute: await computeOf(machine, context) })),
  },
  owned: (options, context) => edge('look for leftovers', () => ownedIn(options, context)),
  discard: (owned, options, context) => edge('remove leftovers', () => discardAll(owned, options, context)),
};

async function edge<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asMachineError(error, { title: 'Google', doing, advice: ADVICE });
  }
}

async function targetOf(
  machine: GoogleMachine,
  context: Context,
): Promise<{ host: string; port: number; user: string }> {
  const compute = await computeOf(machine, context);
  const host = await poll(
    async () => {
      const found = await ownInstance(machine, compute);
      if (!found && !isYoung(machine, context)) throw gone(machine);
      return addressOf(found, machine.internal);
    },
    {
      what: `${machine.instance} to have an address`,
      withinMs: ADDRESS_MS,
      everyMs: compute.everyMs,
      signal: context.signal,
      suggestions: ['Machines without an external address want --google-use-internal-ip'],
    },
  );
  return { host, port: 22, user: machine.user };
}

function addressOf(found: Instance | undefined, isInternal: boolean): string | undefined {
  const [first] = found?.networkInterfaces ?? [];
  const address = isInternal ? first?.networkIP : first?.accessConfigs?.[0]?.natIP;
  return address || undefined;
}

/** Says the verb and waits until it has happened; what is so already is success. */
async function power(machine: GoogleMachine, context: Context, wish: 'start' | 'stop'): Promise<void> {
  const compute = await computeOf(machine, context);
  const settled = wish === 'start' ? ['RUNNING'] : ['TERMINATED', 'STOPPED', 'SUSPENDED'];
  const state = await poll(() => restingState(machine, compute, context), {
    what: `${machine.instance} to come to rest`,
    withinMs: 300_000,
    everyMs: compute.everyMs,
    signal: context.signal,
  });
  if (settled.includes(state)) return;
  const verb: keyof Methods = `Instances.${wish === 'start' && state === 'SUSPENDED' ? 'resume' : wish}`;
  const { zone, instance } = machine;
  await compute.done(await compute.ask(verb, { zone, instance, requestId: randomUUID() }));
}

/** Undefined while it is on its way from one state to another. */
async function restingState(machine: GoogleMachine, compute: Compute, context: Context): Promise<string | undefined> {
  const found = await ownInstance(machine, compute);
  if (!found && !isYoung(machine, context)) throw gone(machine);
  const status = found?.status ?? 'PROVISIONING';
  return /ING$/.test(status) && status !== 'RUNNING' && status !== 'REPAIRING' ? undefined : status;
}

function gone({ instance, zone }: GoogleMachine): MachineError {
  return new MachineError('DriverFailed', `there is no instance "${instance}" in ${zone}`, {
    suggestions: [`gcloud compute instances list --filter=name=${instance}`],
  });
}
