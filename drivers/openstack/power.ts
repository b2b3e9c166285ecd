import { isFault } from '../../src/cloud/fault.js';
import { text, type Found } from '../../src/cloud/found.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { connect, type Api, type Context } from './client.js';
import type { OpenstackMachine } from './handle.js';
import { act, findServer, gone } from './servers.js';

/** Hosts that are shelved come from an image, in milliseconds. */
const RUNNING_MS = 600_000;
/** Nova itself cuts the power of a host that does not shut down, after 60 s (shutdown_timeout). */
const OFF_MS = 300_000;

/** api-ref/compute, "Servers - run an action": what brings a server back, by its status. */
const WAKES: Readonly<Record<string, object>> = {
  SHUTOFF: { 'os-start': null },
  PAUSED: { unpause: null },
  SUSPENDED: { resume: null },
  SHELVED: { unshelve: null },
  SHELVED_OFFLOADED: { unshelve: null },
};

/** A server that runs already takes it well. */
export async function start(machine: OpenstackMachine, context: Context): Promise<void> {
  const api = await connect(machine.identity, context);
  await until(machine, 'ACTIVE', { api, withinMs: RUNNING_MS, what: `${machine.name} to run`, verbs: WAKES });
}

/** Nova lets the host shut down first. It has no other way to cut the power that users may go: kill is the same. */
export async function stop(machine: OpenstackMachine, context: Context): Promise<void> {
  const api = await connect(machine.identity, context);
  const verbs = {
    ACTIVE: { 'os-stop': null },
    ERROR: { 'os-stop': null },
    PAUSED: { unpause: null },
    SUSPENDED: { resume: null },
  };
  await until(machine, 'SHUTOFF', { api, withinMs: OFF_MS, what: `${machine.name} to be off`, verbs });
}

interface Way {
  readonly api: Api;
  readonly withinMs: number;
  readonly what: string;
  readonly verbs: Readonly<Record<string, object>>;
}

async function until(machine: OpenstackMachine, wanted: string, { api, withinMs, what, verbs }: Way): Promise<void> {
  const server = { id: machine.serverId, name: machine.name };
  const asked = new Set<string>();
  await poll(
    async () => {
      const found = await findServer(server.id, api);
      if (!found) throw gone(server.name);
      const status = text(found['status']);
      if (status === wanted && !isBusy(found)) return true;
      if (status === 'ERROR' && wanted === 'ACTIVE') throw broken(machine, found);
      const verb = isBusy(found) || asked.has(status) ? undefined : verbs[status];
      // Another verb may be under way: it is asked for again then.
      if (verb && (await act(server, verb, api))) asked.add(status);
      return undefined;
    },
    { what, withinMs, ...api.rhythm },
  );
}

function isBusy(server: Found): boolean {
  return text(server['OS-EXT-STS:task_state']) !== '';
}

function broken({ name, serverId }: OpenstackMachine, server: Found): MachineError {
  const words = text((server['fault'] as Found | undefined)?.['message']);
  return new MachineError('DriverFailed', `server "${name}" is in ERROR`, {
    suggestions: [`openstack server show ${serverId}`, `openstack server reboot --hard ${serverId}`],
    ...(words === '' ? {} : { cause: new Error(words) }),
  });
}

/** What is told of the console, in characters. */
const TAIL = 2_000;
/** Lines that are asked for. */
const LINES = 50;

/** Empty where the cloud's hypervisor has no log of it. */
export async function consoleTail(machine: OpenstackMachine, context: Context): Promise<string> {
  const api = await connect(machine.identity, context);
  const body = { 'os-getConsoleOutput': { length: LINES } };
  try {
    const path = `/servers/${encodeURIComponent(machine.serverId)}/action`;
    return text((await api.post('compute', path, body, 'repeatable'))['output']).slice(-TAIL);
  } catch (error) {
    if (isFault(error, 'notFound', 'conflict') || (isFault(error) && error.code === 'notImplemented')) return '';
    throw error;
  }
}
