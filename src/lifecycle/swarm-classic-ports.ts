import { isIP } from 'node:net';
import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { isSwarmMember, type Machine } from '../record.js';
import { USUAL_DATA_PATH_PORT } from '../swarm/record.js';
import { forEachBounded, resultsOf } from './each.js';
import { waitFor } from './locked.js';
import type { Program } from './program.js';
import { changeHosts, isMaster } from './swarm-classic-hosts.js';
import { readMachines } from './status.js';
import { clusterOf } from './swarm-membership.js';
import { livingManagers, mastersOf, turnOf, type LivingManager } from './swarm-masters.js';
import { openHere, setProviderPorts } from './swarm-ports.js';

/** Firewalls of providers that are asked at once. */
const AT_ONCE = 8;
/** Swarms of docker-machine's flags are made with the engine's own choices. */
const RULES = { dataPathPort: USUAL_DATA_PATH_PORT, encrypted: false, before: [] };

export interface Joiner {
  readonly machine: Machine;
  readonly addresses: readonly string[];
  /** Its call has the swarm's turn, and keeps it until it has joined. */
  readonly hasTurn: boolean;
}

/** Before a machine joins: members' hosts and managers' providers let it in, and a manager's own provider lets the nodes in. */
export async function openForJoin(
  { machine, addresses, hasTurn }: Joiner,
  manager: LivingManager,
  program: Program,
): Promise<Machine> {
  const discovery = machine.swarm?.discovery ?? '';
  const members = [...new Set(addresses)].filter((address) => isIP(address) !== 0);
  const open = (): Promise<void> => openHosts({ discovery, manager, members }, program);
  await (hasTurn ? open() : inTurn(discovery, open, program));
  const masters = await mastersOf(discovery, program);
  for (const master of masters.filter(({ name }) => name !== machine.name))
    await setProviderPorts({ ...RULES, machine: master.name, members, manager: true }, program);
  if (!isMaster(machine)) return machine;
  return openHere(
    machine,
    { ...RULES, machine: machine.name, members: await addressesOf(manager), manager: true },
    program,
  );
}

interface Opening {
  readonly discovery: string;
  readonly manager: LivingManager;
  readonly members: readonly string[];
}

/** A host that is off learns of the newcomer with the next change; the join itself needs no more than the manager's. */
async function openHosts({ discovery, manager, members }: Opening, program: Program): Promise<void> {
  const others = (await membersOf(discovery, program)).filter(
    ({ name, phase }) => phase === 'ready' && name !== manager.machine.name,
  );
  const nodes = await addressesOf(manager);
  const all = [manager.machine, ...others];
  for (const outcome of await changeHosts(all, (now) => [...now, ...nodes, ...members], program)) {
    if (outcome.state === 'done') continue;
    if (!isMachineError(outcome.error) || outcome.error.code === 'Cancelled') throw outcome.error;
    program.report.debug(`${outcome.name}: ${outcome.error.message}`);
  }
}

/**
 * Once a machine has joined or left: hosts and providers of all who are ready let all nodes in, and whoever is gone no more. Each
 * create does so at its end, so that the last of several at the same time finds everybody. Called without the machine's lock.
 */
export async function settlePorts(
  machine: Machine,
  { gone = [], without = [] }: { readonly gone?: readonly string[]; readonly without?: readonly MachineName[] },
  program: Program,
): Promise<void> {
  const { swarm } = machine;
  if (!swarm || !isSwarmMember(machine) || clusterOf(machine) !== undefined) return;
  const work = async (): Promise<void> => {
    const members = (await membersOf(swarm.discovery, program)).filter(({ name }) => !without.includes(name));
    await settle(members, gone, program);
  };
  await inTurn(swarm.discovery, work, program).catch((error: unknown) => {
    // The machine itself is what it shall be by now.
    if (!isMachineError(error) || error.code === 'Cancelled') throw error;
    program.report.warn(`the firewalls of the swarm ${swarm.discovery} may not let all members in: ${error.message}`);
  });
}

async function settle(members: readonly Machine[], gone: readonly string[], program: Program): Promise<void> {
  const ready = members.filter(({ phase }) => phase === 'ready');
  const [manager] = await livingManagers(ready.filter(isMaster), program);
  if (!manager) return;
  const nodes = await addressesOf(manager);
  // Who is about to join has been let in, and is no node yet.
  const isComplete = ready.length === members.length;
  const staying = (now: readonly string[]): readonly string[] =>
    isComplete ? nodes : [...nodes, ...now.filter((address) => !gone.includes(address))];
  const names = ready.map(({ name }) => name);
  const atProviders = await forEachBounded(names, AT_ONCE, (machine) => {
    const isManager = ready.some((one) => one.name === machine && isMaster(one));
    const wish = { ...RULES, machine, members: nodes, manager: isManager, before: [...nodes, ...gone] };
    return setProviderPorts(wish, program);
  });
  const onHosts = await changeHosts(ready, staying, program);
  resultsOf([...atProviders, ...onHosts]);
}

/** Machines that were made with this discovery string and shall be nodes, whether they are finished or not. */
async function membersOf(discovery: string, program: Program): Promise<readonly Machine[]> {
  const present = (await readMachines(program)).flatMap((entry) => entry.machine ?? []);
  return present.filter((one) => one.swarm?.discovery === discovery && isSwarmMember(one));
}

function inTurn<T>(discovery: string, work: () => Promise<T>, program: Program): Promise<T> {
  return program.store.locked(turnOf(discovery), work, waitFor(`the swarm ${discovery}`, program));
}

async function addressesOf({ engine }: LivingManager): Promise<readonly string[]> {
  const nodes = await engine.nodes();
  return [...new Set(nodes.map(({ address }) => address))].filter((address) => isIP(address) !== 0);
}
