import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';

/**
 * What `ls` shows in its SWARM column, as docker-machine did: of machines with the same discovery string the last master, and
 * behind a master's own name the word for it. Machines without a discovery string have nothing there.
 */
export function swarmColumn(machines: readonly Machine[]): ReadonlyMap<MachineName, { readonly swarm: string }> {
  const masters = new Map(
    machines.flatMap(({ name, swarm }) => (swarm?.master === true ? [[swarm.discovery, name] as const] : [])),
  );
  return new Map(
    machines.flatMap(({ name, swarm }) => {
      const master = swarm && swarm.discovery !== '' ? masters.get(swarm.discovery) : undefined;
      if (master === undefined) return [];
      return [[name, { swarm: swarm?.master === true ? `${master} (master)` : master }] as const];
    }),
  );
}
