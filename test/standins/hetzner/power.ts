import { addressesOf } from './server-view.js';
import { actionView, begin, Refused, type Json, type Server, type World } from './world.js';

/** poweron, poweroff and shutdown, and what follows a create. */
export function power(world: World, server: Server, command: string): ReturnType<typeof begin> {
  const { machinery } = world;
  let real: 'not begun' | 'under way' | 'done' = machinery ? 'not begun' : 'done';
  let failed: string | undefined;
  const wait = (work: Promise<unknown> | undefined): 'later' | void => {
    if (real === 'not begun') {
      real = 'under way';
      // What fails for real is a server that never runs.
      void work?.then(
        () => (real = 'done'),
        (error: unknown) => (failed = String(error)),
      );
    }
    return real === 'done' ? undefined : 'later';
  };
  const action = begin(world, command, server.id, () => {
    const isOn = command.startsWith('start') || command === 'poweron';
    if (isOn && server.status === 'running') return undefined;
    if (!isOn && command === 'shutdown' && world.ignoresShutdown) return undefined;
    const how = command === 'shutdown' ? 'shutdown' : 'power cut';
    const begun =
      real === 'not begun' ? (isOn ? turnOn(world, server) : machinery?.stop(String(server.id), how)) : undefined;
    if (failed !== undefined) {
      action.status = 'error';
      action.error = { code: 'action_failed', message: failed };
      return undefined;
    }
    if (wait(begun) === 'later') return 'later';
    server.status = isOn ? 'running' : 'off';
    return undefined;
  });
  return action;
}

async function turnOn(world: World, server: Server): Promise<void> {
  const { id, name, userData, keys } = server;
  const loginKeys = keys.flatMap((key) => world.ssh_keys.get(key)?.public_key ?? []);
  const boots = server.status === 'starting';
  const address = await (boots
    ? world.machinery?.boot({ id: String(id), name, userData, loginKeys })
    : world.machinery?.start(String(id)));
  const ipv4 = addressesOf(world, server).find(({ type }) => type === 'ipv4');
  if (ipv4 && address !== undefined) ipv4.ip = address;
}

export function act(world: World, server: Server, command: string): Json {
  const running = [...world.actions.values()].some(
    ({ status, server: id }) => status === 'running' && id === server.id,
  );
  if (running) throw new Refused(423, 'locked', 'server is locked');
  return { action: actionView(power(world, server, command)) };
}

export function deleteServer(world: World, server: Server): Json {
  for (const action of world.actions.values()) {
    if (action.server !== server.id || action.status !== 'running') continue;
    action.status = 'error';
    action.error = { code: 'server_deleted', message: 'the server was deleted' };
  }
  server.status = 'deleting';
  let isRemoved = world.machinery === undefined;
  void world.machinery?.remove(String(server.id)).then(() => (isRemoved = true));
  const action = begin(world, 'delete_server', server.id, () => {
    if (!isRemoved) return 'later';
    world.servers.delete(server.id);
    for (const address of addressesOf(world, server))
      if (address.autoDelete) world.primary_ips.delete(address.id);
      else address.assignee = null;
    for (const volume of world.volumes.values()) if (volume.server === server.id) volume.server = null;
    return undefined;
  });
  return { action: actionView(action) };
}
