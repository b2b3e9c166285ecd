import type { Machine } from '../record.js';
import { readHostFacts, setFirewall } from '../swarm/cluster-host.js';
import { USUAL_DATA_PATH_PORT } from '../swarm/record.js';
import { forEachBounded, type Outcome } from './each.js';
import type { Program } from './program.js';
import { connectTo } from './host-connection.js';

/** Hosts at once. */
const AT_ONCE = 8;

/**
 * The firewalls of the hosts themselves; `change` makes of the addresses that are let in now those that shall be, none takes
 * the rules away. Called under the swarm's turn, so that no two changes meet. What fails is told by the outcomes.
 */
export async function changeHosts(
  machines: readonly Machine[],
  change: (now: readonly string[]) => readonly string[],
  program: Program,
): Promise<readonly Outcome<string, void>[]> {
  const hosts = machines.filter(({ driver }) => program.findDriver(driver)?.features.ssh === true);
  const names = hosts.map(({ name }) => name);
  return forEachBounded(names, AT_ONCE, async (name) => {
    const machine = hosts.find((one) => one.name === name);
    if (machine) await changeHost(machine, change, program);
  });
}

async function changeHost(
  machine: Machine,
  change: (now: readonly string[]) => readonly string[],
  program: Program,
): Promise<void> {
  const { signal } = program;
  await using host = await connectTo(machine, program, { retry: false });
  const { firewall } = await readHostFacts(host, { signal });
  const now = firewall?.members ?? [];
  const members = [...new Set(change(now))].sort();
  const manager = isMaster(machine);
  if (members.join() === now.join() && (firewall?.manager ?? false) === (manager && now.length > 0)) return;
  await setFirewall(host, { members, manager, dataPathPort: USUAL_DATA_PATH_PORT }, { signal });
}

export function isMaster({ swarm }: Machine): boolean {
  return swarm?.master === true;
}
