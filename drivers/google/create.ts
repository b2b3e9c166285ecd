import { createHash } from 'node:crypto';
import { Fault, isFault } from '../../src/cloud/fault.js';
import { ANYWHERE, parsePort } from '../../src/cloud/ports.js';
import { resourceName } from '../../src/cloud/owner.js';
import { firstInStock } from '../../src/cloud/stock.js';
import type { DriverContext, NewHost, PortRule } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { instanceOf } from './body.js';
import { openCompute, type Compute } from './client.js';
import { takeOver } from './existing.js';
import { newMachine, type GoogleMachine } from './machine.js';
import type { GoogleOptions } from './options.js';
import { isYoung, ownInstance } from './own.js';
import { planOf, type Plan, type PlannedChoice } from './plan.js';
import { openRules } from './rules.js';
import { together } from '../../src/cloud/together.js';

type Context = DriverContext<GoogleMachine>;
type Host = NewHost<GoogleOptions>;
interface Work {
  readonly host: Host;
  readonly context: Context;
  readonly compute: Compute;
  readonly plan: Plan;
}

/** Everybody, over IPv4: without --google-ipv6 machines have no other addresses. */
const [EVERYBODY] = ANYWHERE;

/** Makes the instance and the rules of its firewall, or finishes what `kept` tells of. */
export async function createInstance(host: Host, context: Context, kept?: GoogleMachine): Promise<GoogleMachine> {
  const compute = await openCompute(accountOf(host.options), context);
  const open = async (machine: GoogleMachine): Promise<void> =>
    machine.firewall ? openRules(machine, rulesOf(host.options), { compute }) : undefined;
  if (kept?.exists && (isYoung(kept, context) || (await ownInstance(kept, compute)))) {
    await open(kept);
    return kept;
  }
  if (host.options['use-existing']) {
    const taken = await takeOver(host, compute, context);
    await open(taken);
    return taken;
  }
  const work = { host, context, compute, plan: await planOf(host, compute) };
  const first = kept ? again(kept) : plannedMachine(work);
  await context.keep(first);
  const [made] = await together([makeInstance(work, first, kept !== undefined), open(first)]);
  return made;
}

/** An instance that was made and has gone since is not found by the request that made it. */
function again({ exists = false, ...machine }: GoogleMachine): GoogleMachine {
  return exists ? { ...machine, attempt: machine.attempt + 1 } : machine;
}

export function accountOf(options: GoogleOptions): Parameters<typeof openCompute>[0] {
  return {
    project: options.project,
    endpoint: options.endpoint,
    credentialsFile: options['credentials-file'],
  };
}

/** sshd takes keys only; the engine's port is opened later, and not for everybody. */
export function rulesOf(options: GoogleOptions): readonly PortRule[] {
  const sources = options.ipv6 ? ANYWHERE : [EVERYBODY];
  const own = options['open-port'].map((text) => parsePort(text, 'google-open-port', sources));
  return [{ protocol: 'tcp', from: 22, to: 22, sources }, ...own];
}

/** The machine's own name where Compute Engine takes it, with room for "-disk" behind it: docker-machine looks there. */
export function instanceName(host: Pick<Host, 'name' | 'id'>): string {
  return /^[a-z]([-a-z0-9]{0,56}[a-z0-9])?$/.test(host.name) ? host.name : resourceName(host);
}

function plannedMachine({ host, compute, plan }: Work): GoogleMachine {
  return newMachine(host, {
    project: compute.project,
    zone: plan.choices[0]?.zone ?? '',
    instance: instanceName(host),
    network: plan.place.network,
    foreign: false,
  });
}

/** On record before it is asked for: a lost answer leads to a name and a zone that are known. */
async function makeInstance(work: Work, first: GoogleMachine, isResumed: boolean): Promise<GoogleMachine> {
  const { context, compute, plan } = work;
  let machine = first;
  if (isResumed && (await ownInstance(machine, compute))) return finished(machine, context);
  await firstInStock(from(machine.zone, plan.choices), context.report, async (choice) => {
    machine = { ...machine, zone: choice.zone, askedAt: context.now().getTime() };
    await context.keep(machine);
    try {
      await insert(work, machine, choice);
    } catch (error) {
      if (error instanceof Fault && isAnswered(error))
        await context.keep((machine = { ...machine, attempt: machine.attempt + 1 }));
      throw error;
    }
  });
  return finished(machine, context);
}

/**
 * What was refused leaves nothing, and a request of the same id would get the same refusal; where no answer came, it finds what
 * the first one has made. Codes of operations that have ended are in capitals.
 */
function isAnswered({ kind, code }: Fault): boolean {
  return kind !== 'unavailable' || /^[A-Z_]+$/.test(code);
}

async function finished(machine: GoogleMachine, context: Context): Promise<GoogleMachine> {
  const made = { ...machine, exists: true };
  await context.keep(made);
  return made;
}

/** An interrupted create goes on where it was: its last request may still have an effect. */
function from(zone: string, choices: readonly PlannedChoice[]): readonly PlannedChoice[] {
  const at = Math.max(
    choices.findIndex((choice) => choice.zone === zone),
    0,
  );
  return [...choices.slice(at), ...choices.slice(0, at)];
}

async function insert({ host, compute, plan }: Work, machine: GoogleMachine, choice: PlannedChoice): Promise<void> {
  try {
    const operation = await compute.ask('Instances.insert', {
      zone: choice.zone,
      instanceResource: instanceOf({ host, machine, plan, choice }),
      requestId: uuid(`${host.id} insert ${machine.attempt}`),
    });
    await compute.done(operation);
  } catch (error) {
    if (!isFault(error, 'conflict') || !/exists|duplicate/i.test(error.code)) throw error;
    if (await ownInstance(machine, compute)) return;
    if (error.message.includes('/disks/')) throw diskTaken(machine);
    throw nameTaken(host.name, machine);
  }
}

export function nameTaken(name: string, { instance, zone }: Pick<GoogleMachine, 'instance' | 'zone'>): MachineError {
  return new MachineError('CheckFailed', `an instance called "${instance}" exists in ${zone} already`, {
    suggestions: [
      `Choose another name than ${name}, or another --google-zone`,
      `gcloud compute instances describe ${instance} --zone=${zone}`,
    ],
  });
}

function diskTaken({ disk, zone }: GoogleMachine): MachineError {
  return new MachineError('CheckFailed', `a disk called "${disk}" exists in ${zone} already`, {
    suggestions: [`gcloud compute disks describe ${disk} --zone=${zone}`, 'Choose another name for the machine'],
  });
}

/** A UUID that is the same for the same text (RFC 9562, version 8). */
function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
