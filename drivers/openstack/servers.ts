import { isFault, type Fault } from '../../src/cloud/fault.js';
import { object, text, type Found } from '../../src/cloud/found.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { segment, type Api } from './client.js';
import { buildFault } from './faults.js';
import { idTag, ownerByMetadata, type Owner } from './tags.js';

/** A host takes its time to tear down what it had, in milliseconds. */
const GONE_MS = 300_000;

export async function findServer(id: string, api: Api): Promise<Found | undefined> {
  if (id === '') return undefined;
  const server = object((await api.find('compute', `/servers/${segment(id)}`))?.['server']);
  // Clouds that keep what was deleted for a while show it to administrators.
  const isThere = text(server['id']) !== '' && !['DELETED', 'SOFT_DELETED'].includes(text(server['status']));
  return isThere ? server : undefined;
}

/** By its tag. */
export async function ownServers({ id }: Pick<Owner, 'id'>, api: Api): Promise<readonly Found[]> {
  if (id === '') return [];
  const found = await api.list('compute', '/servers/detail', { tags: idTag(id) });
  return found.filter((one) => ownerByMetadata(one)?.machineId === id);
}

/** Until a host has been found for it: before that nothing is certain. @throws Fault with what it failed for */
export async function untilPlaced(id: string, withinMs: number, api: Api): Promise<void> {
  await poll(
    async () => {
      const server = await findServer(id, api);
      const status = text(server?.['status']);
      if (status === 'ERROR') throw buildFault(server?.['fault']);
      const isPlaced = text(server?.['OS-EXT-STS:task_state']) === 'spawning';
      return server && (status !== 'BUILD' || isPlaced) ? true : undefined;
    },
    {
      ...{ what: `server ${id} to be made`, withinMs, ...api.rhythm },
      suggestions: ['--openstack-active-timeout 600', `openstack server show ${id}`],
    },
  );
}

/** What is gone is success. */
export async function removeServer(id: string, api: Api): Promise<void> {
  let isAsked = false;
  await poll(
    async () => {
      if (!isAsked) await api.remove('compute', `/servers/${segment(id)}`);
      isAsked = true;
      return (await findServer(id, api)) === undefined ? true : undefined;
    },
    { what: `server ${id} to be removed`, withinMs: GONE_MS, ...api.rhythm },
  );
}

/** A verb of a server; false when the server is in no state for it. @throws Fault, MachineError */
export async function act(
  server: { readonly id: string; readonly name: string },
  verb: object,
  api: Api,
): Promise<Found | undefined> {
  try {
    return await api.post('compute', `/servers/${segment(server.id)}/action`, verb, 'repeatable');
  } catch (error) {
    if (isFault(error, 'notFound')) throw gone(server.name);
    if (isWrongState(error)) return undefined;
    throw error;
  }
}

/** "Cannot 'os-start' instance … while it is in vm_state active" comes as 409; so does a verb that is under way. */
function isWrongState(error: unknown): error is Fault {
  return isFault(error, 'conflict') && /vm_state|task_state|power_state/i.test(error.message);
}

export function gone(name: string): MachineError {
  return new MachineError('DriverFailed', `machine "${name}" is gone`, { suggestions: [`berth rm ${name}`] });
}
