import { text, type Found } from '../../src/cloud/found.js';
import { together } from '../../src/cloud/together.js';
import type { MachineState } from '../../src/driver.js';
import { connect, type Api, type Context } from './client.js';
import { isSettling, type OpenstackMachine } from './handle.js';
import { findServer } from './servers.js';
import { MARK, storeTag } from './tags.js';
import { idOf } from './values.js';

/** The statuses of api-ref/compute, "Servers". */
const STATES: Readonly<Record<string, MachineState>> = {
  ACTIVE: 'running',
  BUILD: 'starting',
  REBUILD: 'starting',
  REBOOT: 'starting',
  HARD_REBOOT: 'starting',
  MIGRATING: 'running',
  RESIZE: 'starting',
  REVERT_RESIZE: 'starting',
  VERIFY_RESIZE: 'running',
  PASSWORD: 'running',
  RESCUE: 'running',
  PAUSED: 'paused',
  SUSPENDED: 'saved',
  SHELVED: 'saved',
  SHELVED_OFFLOADED: 'saved',
  SHUTOFF: 'stopped',
  ERROR: 'error',
  DELETED: 'gone',
  SOFT_DELETED: 'gone',
  UNKNOWN: 'unknown',
};

/** What is under way says more than the status does. */
const TASKS: Readonly<Record<string, MachineState>> = {
  'powering-off': 'stopping',
  'powering-on': 'starting',
  deleting: 'stopping',
  'soft-deleting': 'stopping',
  suspending: 'stopping',
  resuming: 'starting',
  unshelving: 'starting',
  spawning: 'starting',
};

interface Asked {
  readonly api: Api;
  readonly now: Date;
}

export function stateOf(machine: OpenstackMachine, server: Found | undefined, { api, now }: Asked): MachineState {
  if (server) return TASKS[text(server['OS-EXT-STS:task_state'])] ?? STATES[text(server['status'])] ?? 'unknown';
  return isSettling(machine, now) || isOfAnother(machine, api) ? 'unknown' : 'gone';
}

/** Whether the machine was made in another project: what is not found in this one may be there. */
export function isOfAnother({ project }: OpenstackMachine, api: Api): boolean {
  return project !== '' && project !== api.project;
}

export async function state(machine: OpenstackMachine, context: Context): Promise<MachineState> {
  const api = await connect(machine.identity, context);
  return stateOf(machine, await findServer(machine.serverId, api), { api, now: context.now() });
}

/** One question for all machines of a project and region. */
export async function statesOf(
  machines: readonly OpenstackMachine[],
  context: Context,
): Promise<readonly MachineState[]> {
  const places = new Map(machines.map(({ identity }) => [JSON.stringify(identity), identity]));
  const answers = await together(
    [...places].map(async ([place, identity]) => {
      const members = machines.filter((one) => JSON.stringify(one.identity) === place);
      const api = await connect(identity, context);
      const servers = await api.list('compute', '/servers/detail', filterOf(members));
      return [place, { api, byId: new Map(servers.map((server) => [idOf(server), server])) }] as const;
    }),
  );
  const byPlace = new Map(answers);
  return machines.map((machine) => {
    const answer = byPlace.get(JSON.stringify(machine.identity));
    if (!answer) return 'unknown';
    return stateOf(machine, answer.byId.get(machine.serverId), { api: answer.api, now: context.now() });
  });
}

/** Servers that docker-machine made have no tag to ask for. */
function filterOf(machines: readonly OpenstackMachine[]): { readonly tags?: string } {
  const stores = new Set(machines.map(({ store }) => store));
  if (stores.has('')) return {};
  return { tags: stores.size === 1 ? storeTag([...stores].join()) : MARK };
}
