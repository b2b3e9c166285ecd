import { text, type Found } from '../../src/cloud/found.js';
import { TAG } from '../../src/cloud/owner.js';
import { together } from '../../src/cloud/together.js';
import type { MachineState } from '../../src/driver.js';
import { connect, idOf, type Api, type Context } from './client.js';
import { isSettling, type HetznerMachine } from './handle.js';

/** The statuses of docs.hetzner.cloud, "Servers". */
const STATES: Readonly<Record<string, MachineState>> = {
  running: 'running',
  initializing: 'starting',
  starting: 'starting',
  rebuilding: 'starting',
  migrating: 'running',
  stopping: 'stopping',
  deleting: 'stopping',
  off: 'stopped',
};

export function stateOf(machine: HetznerMachine, server: Found | undefined, { api, now }: Asked): MachineState {
  if (server) return STATES[text(server['status'])] ?? 'unknown';
  return isSettling(machine, now) || isOfAnother(machine, api) ? 'unknown' : 'gone';
}

interface Asked {
  readonly api: Api;
  readonly now: Date;
}

/** Whether the machine was made with another token: what is not found with this one may be in another project. */
export function isOfAnother({ mark }: HetznerMachine, api: Api): boolean {
  return mark !== '' && mark !== api.account.mark;
}

/** Undefined for a machine whose server was never made, or is not to be seen. */
export function serverOf({ serverId }: HetznerMachine, api: Api): Promise<Found | undefined> {
  return serverId === 0 ? Promise.resolve(undefined) : api.find('servers', serverId);
}

/** One question for all machines of a project, whatever their number; its answer has 50 servers a page. */
export async function statesOf(
  machines: readonly HetznerMachine[],
  context: Context,
): Promise<readonly MachineState[]> {
  const projects = new Map(machines.map((one) => [projectOf(one), one]));
  const answers = await together(
    [...projects].map(async ([project, account]) => {
      const members = machines.filter((one) => projectOf(one) === project);
      const api = await connect(account, context);
      const servers = await api.list('servers', selectorOf(members));
      return [project, { api, byId: new Map(servers.map((server) => [idOf(server), server])) }] as const;
    }),
  );
  const byProject = new Map(answers);
  return machines.map((machine) => {
    const answer = byProject.get(projectOf(machine));
    return answer
      ? stateOf(machine, answer.byId.get(machine.serverId), { api: answer.api, now: context.now() })
      : 'unknown';
  });
}

function projectOf({ endpoint, context }: HetznerMachine): string {
  return `${endpoint} ${context}`;
}

/** Servers that docker-machine made have no label to ask for. */
function selectorOf(machines: readonly HetznerMachine[]): { readonly label_selector?: string } {
  const stores = new Set(machines.map(({ store }) => store));
  if (stores.has('')) return {};
  return { label_selector: stores.size === 1 ? `${TAG.store}=${[...stores].join()}` : TAG.store };
}
