import { begin, settle } from './servers.js';
import { fault, get, type Json, type Server, type World } from './world.js';

/** What each verb takes, and what comes of it. */
const VERBS: Readonly<
  Record<string, { readonly from: readonly string[]; readonly task: string; readonly to: string }>
> = {
  'os-start': { from: ['SHUTOFF'], task: 'powering-on', to: 'ACTIVE' },
  'os-stop': { from: ['ACTIVE', 'ERROR'], task: 'powering-off', to: 'SHUTOFF' },
  unpause: { from: ['PAUSED'], task: 'unpausing', to: 'ACTIVE' },
  resume: { from: ['SUSPENDED'], task: 'resuming', to: 'ACTIVE' },
  unshelve: { from: ['SHELVED', 'SHELVED_OFFLOADED'], task: 'unshelving', to: 'ACTIVE' },
};

export function act(world: World, server: Server, [verb, value]: readonly [string, unknown]): Json | undefined {
  if (verb === 'os-getConsoleOutput') return { output: `[    0.0] Linux\n${server.name} login: ` };
  if (verb === 'addSecurityGroup') {
    const { name } = value as { name: string };
    const group = get(world.groups, name, () => fault(404, 'itemNotFound', `Security group ${name} not found`));
    for (const port of world.ports.values()) {
      const groups = (port['security_groups'] ?? []) as readonly string[];
      if (port['device_id'] !== server.id || groups.includes(group.id)) continue;
      world.ports.set(port.id, { ...port, security_groups: [...groups, group.id] });
    }
    return undefined;
  }
  const { from, task, to } = VERBS[verb] ?? { from: [], task: '', to: '' };
  if (!from.includes(server.status) || server.task !== null) {
    const state = server.task === null ? `vm_state ${server.status.toLowerCase()}` : `task_state ${server.task}`;
    throw fault(409, 'conflictingRequest', `Cannot '${verb}' instance ${server.id} while it is in ${state}`);
  }
  const end = (): void => void Object.assign(server, { status: to, task: null, next: undefined });
  begin(server, task, end);
  power(world, server, { to, end });
  return undefined;
}

/** A real host that comes back has another address. */
function power(world: World, server: Server, { to, end }: { to: string; end: () => void }): void {
  const { machinery } = world;
  if (!machinery) return;
  server.next = undefined;
  const work =
    to === 'ACTIVE'
      ? machinery.start(server.id).then((address) => settle(world, server, address))
      : machinery.stop(server.id, 'shutdown');
  void work.finally(end);
}
