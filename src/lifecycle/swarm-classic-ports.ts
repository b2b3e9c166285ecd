import { isIP } from 'node:net';
import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { isSwarmMember, type Machine } from '../record.js';
import { USUAL_DATA_PATH_PORT } from '../swarm/record.js';
import { forEachBounded, resultsOf } from './each.js';
import { waitFor } from './locked.js';
import type { Program } from './program.js';
import { readMachines } from './status.js';
import { clusterOf } from './swarm-membership.js';
import { livingManagers, mastersOf, turnOf, type LivingManager } from './swarm-masters.js';
import { openHere, setProviderPorts } from './swarm-ports.js';

/** Firewalls of providers that are asked at once. */
const AT_ONCE = 8;
/** Swarms of docker-machine's flags are made with the engine's own choices. */
const RULES = { dataPathPort: USUAL_DATA_PATH_PORT, encrypted: false, before: [] };

/** Before a machine joins: the managers' providers let it in, and a manager's own provider lets the nodes in. */
export async function openForJoin(
  { machine, addresses }: { readonly machine: Machine; readonly addresses: readonly string[] },
  manager: LivingManager,
  program: Program,
): Promise<Machine> {
  const members = [...new Set(addresses)].filter((address) => isIP(address) !== 0);
  const masters = await mastersOf(machine.swarm?.discovery ?? '', program);
  for (const master of masters.filter(({ name }) => name !== machine.name))
    await setProviderPorts({ ...RULES, machine: master.name, members, manager: true }, program);
  if (!isMaster(machine)) return machine;
  return openHere(
    machine,
    { ...RULES, machine: machine.name, members: await addressesOf(manager), manager: true },
    program,
  );
}

/**
 * Once a machine has joined or left: the providers of all who are ready let all nodes in, and those who are gone no more. Each
 * create does so at its end, so that the last of several at the same time finds everybody. Called without the machine's lock.
 */
export async function settlePorts(
  machine: Machine,
  { gone = [], without = [] }: { readonly gone?: readonly string[]; readonly without?: readonly MachineName[] },
  program: Program,
): Promise<void> {
  const { swarm } = machine;
  if (!swarm || !isSwarmMember(machine) || clusterOf(machine) !== undefined) return;
  const present = (await readMachines(program)).flatMap((entry) => entry.machine ?? []);
  const members = present.filter(
    (one) =>
      one.swarm?.discovery === swarm.discovery &&
      isSwarmMember(one) &&
      one.phase === 'ready' &&
      !without.includes(one.name),
  );
  await program.store
    .locked(
      turnOf(swarm.discovery),
      () => settle(members, gone, program),
      waitFor(`the swarm ${swarm.discovery}`, program),
    )
    .catch((error: unknown) => {
      // The machine itself is what it shall be by now.
      if (!isMachineError(error) || error.code === 'Cancelled') throw error;
      program.report.warn(`the firewalls of the swarm ${swarm.discovery} may not let all members in: ${error.message}`);
    });
}

async function settle(members: readonly Machine[], gone: readonly string[], program: Program): Promise<void> {
  const [manager] = await livingManagers(members.filter(isMaster), program);
  if (!manager) return;
  const nodes = await addressesOf(manager);
  const names = members.map(({ name }) => name);
  const outcomes = await forEachBounded(names, AT_ONCE, (machine) => {
    const isManager = members.some((one) => one.name === machine && isMaster(one));
    const wish = { ...RULES, machine, members: nodes, manager: isManager, before: [...nodes, ...gone] };
    return setProviderPorts(wish, program);
  });
  resultsOf(outcomes);
}

function isMaster({ swarm }: Machine): boolean {
  return swarm?.master === true;
}

async function addressesOf({ engine }: LivingManager): Promise<readonly string[]> {
  const nodes = await engine.nodes();
  return [...new Set(nodes.map(({ address }) => address))].filter((address) => isIP(address) !== 0);
}
