import type { DriverContext, MachineState } from '../../src/driver.js';
import type { Instance } from './api.js';
import { computeOf } from './client.js';
import type { GoogleMachine } from './machine.js';
import { isOwn, isYoung } from './own.js';
import { together } from '../../src/cloud/together.js';

type Context = DriverContext<GoogleMachine>;

/** https://cloud.google.com/compute/docs/instances/instance-lifecycle; TERMINATED is the word for stopped. */
const STATES: Readonly<Record<string, MachineState>> = {
  PENDING: 'starting',
  PROVISIONING: 'starting',
  STAGING: 'starting',
  RUNNING: 'running',
  REPAIRING: 'error',
  PENDING_STOP: 'stopping',
  STOPPING: 'stopping',
  SUSPENDING: 'stopping',
  SUSPENDED: 'saved',
  STOPPED: 'stopped',
  TERMINATED: 'stopped',
  DEPROVISIONING: 'stopping',
};

export function stateOf(found: Instance | undefined, machine: GoogleMachine, context: Context): MachineState {
  if (found) return STATES[found.status ?? ''] ?? 'unknown';
  return isYoung(machine, context) ? 'starting' : 'gone';
}

/** One question for all machines of a zone. */
export async function statesOf(machines: readonly GoogleMachine[], context: Context): Promise<readonly MachineState[]> {
  const zones = new Map<string, GoogleMachine[]>();
  for (const machine of machines) {
    const { project, zone, endpoint = '', credentialsFile = '' } = machine;
    const key = [project, zone, endpoint, credentialsFile].join(' ');
    zones.set(key, [...(zones.get(key) ?? []), machine]);
  }
  const states = new Map<GoogleMachine, MachineState>();
  await together(
    [...zones.values()].map(async (group) => {
      const found = await instancesOf(group, context);
      for (const machine of group) states.set(machine, stateOf(found.find(isThat(machine)), machine, context));
    }),
  );
  return machines.map((machine) => states.get(machine) ?? 'unknown');
}

function isThat(machine: GoogleMachine): (found: Instance) => boolean {
  return (found) => found.name === machine.instance && isOwn(found, machine);
}

/** So many names are named; for more the whole zone is read. */
const MOST_NAMED = 30;

async function instancesOf(group: readonly GoogleMachine[], context: Context): Promise<readonly Instance[]> {
  const [first] = group;
  if (!first) return [];
  const compute = await computeOf(first, context);
  const filter = group.map(({ instance }) => `(name = "${instance}")`).join(' OR ');
  return compute.ask('Instances.list', { zone: first.zone, ...(group.length <= MOST_NAMED ? { filter } : {}) });
}
