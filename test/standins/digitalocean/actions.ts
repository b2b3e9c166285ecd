import type { StandInRequest } from '../server.js';
import { findDroplet } from './droplets.js';
import { ACTION, parseBody } from './shapes.js';
import { nextId, notFound, unprocessable, type Action, type Droplet, type Json, type World } from './world.js';

/** Events of one droplet take their turn. */
export function act(world: World, id: number, { body }: StandInRequest): Json {
  const droplet = findDroplet(world, id);
  const { type } = parseBody(body, ACTION);
  if (droplet.status === 'new' || droplet.event?.status === 'in-progress')
    throw unprocessable('Droplet already has a pending event.');
  if (type === 'power_on' && droplet.status === 'active') throw unprocessable('Droplet is already powered on.');
  if (type !== 'power_on' && droplet.status === 'off') throw unprocessable('Droplet is already powered off.');
  const action: Action = {
    ...{ id: nextId(world), type: String(type), status: 'in-progress', droplet },
    looks: world.machinery ? undefined : 2,
  };
  droplet.event = action;
  world.actions.set(action.id, action);
  drive(world, action);
  return { action: shown(action) };
}

function drive(world: World, action: Action): void {
  const { droplet, type } = action;
  const { machinery } = world;
  if (!machinery || (type === 'shutdown' && world.isDeaf)) return;
  const name = String(droplet.id);
  const work =
    type === 'power_on' ? machinery.start(name) : machinery.stop(name, type === 'shutdown' ? 'shutdown' : 'power cut');
  void work.then(
    (address) => {
      if (typeof address === 'string') droplet.address = address;
      finish(action, droplet);
    },
    () => void (action.status = 'errored'),
  );
}

function finish(action: Action, droplet: Droplet): void {
  action.status = 'completed';
  droplet.status = action.type === 'power_on' ? 'active' : 'off';
}

/** Time goes by with every look. */
export function showAction(world: World, id: number): Json {
  const action = world.actions.get(id);
  if (!action) throw notFound();
  lookAt(world, action);
  return { action: shown(action) };
}

export function lookAt(world: World, action: Action): void {
  if (action.status !== 'in-progress' || action.looks === undefined) return;
  action.looks -= 1;
  if (action.looks > 0) return;
  if (action.type === 'shutdown' && world.isDeaf) action.status = 'errored';
  else finish(action, action.droplet);
}

/** resources/actions/models/action.yml */
function shown({ id, status, type, droplet }: Action): Json {
  const times = {
    started_at: '2026-11-21T10:00:00Z',
    completed_at: status === 'in-progress' ? null : '2026-11-21T10:00:09Z',
  };
  return { id, status, type, ...times, resource_id: droplet.id, resource_type: 'droplet', region_slug: 'nyc3' };
}
