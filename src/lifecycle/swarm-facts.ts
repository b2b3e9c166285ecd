import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { isProvisioned, type Machine } from '../record.js';
import { member } from '../json.js';
import { localNodeOf, objectAt, textAt } from '../swarm/answers.js';
import { readHostFacts } from '../swarm/cluster-host.js';
import type { Cluster } from '../swarm/contract.js';
import type { SwarmEngine } from '../swarm/engine.js';
import type { ClusterFacts, MachineFacts, SwarmFacts } from '../swarm/facts.js';
import { readBridge, readIngress } from '../swarm/networks.js';
import { forEachBounded } from './each.js';
import type { SwarmLinks } from './swarm-links.js';
import { nodeLabelsOf } from './swarm-place.js';

/** What answers nothing within it is off. In milliseconds. */
const ANSWERS_WITHIN_MS = 4_000;
/** A manager that has no leader takes 20 s to say so. In milliseconds. */
const ASK_WITHIN_MS = 25_000;
const AT_ONCE = 32;

/** What is there now: every machine is asked at the same time, then one manager for what all managers know. */
export async function readClusterFacts(
  cluster: Cluster,
  links: SwarmLinks,
  outdated: ReadonlySet<MachineName> = new Set(),
): Promise<ClusterFacts> {
  const names = [...new Set([...cluster.members.map(({ machine }) => machine), ...cluster.leaving])];
  const outcomes = await forEachBounded(names, AT_ONCE, (name) => readMachine(name, cluster, links));
  const found = outcomes.flatMap((outcome) => {
    if (outcome.state === 'failed') throw outcome.error;
    return outcome.result ? [outcome.result] : [];
  });
  const machines = found.map((facts) => ({ ...facts, engineOutdated: outdated.has(facts.machine) }));
  const swarm = await readSwarm(cluster, machines, links);
  return { ...(swarm ? { swarm } : {}), machines };
}

/** Undefined when there is no record of it. */
async function readMachine(
  name: MachineName,
  { spread, encrypted }: Cluster,
  links: SwarmLinks,
): Promise<MachineFacts | undefined> {
  const { store } = links.program;
  if (!(await store.exists(name))) return undefined;
  const machine = await store.read(name);
  if (machine.phase !== 'ready' || !isProvisioned(machine)) return unreachable(machine);
  try {
    return { ...(await askMachine(machine, { links, encrypted })), labels: nodeLabelsOf(machine, spread) };
  } catch (error) {
    if (!isMachineError(error) || error.code === 'Cancelled') throw error;
    links.program.report.debug(`${name}: ${error.message}`);
    await links.forget(name);
    return unreachable(machine);
  }
}

async function askMachine(
  machine: Machine,
  { links, encrypted }: { readonly links: SwarmLinks; readonly encrypted: boolean },
): Promise<MachineFacts> {
  const { signal } = links.program;
  const engine = await links.engine(machine.name, ASK_WITHIN_MS);
  // An engine that does not answer spares the way over SSH.
  await (await links.engine(machine.name, ANSWERS_WITHIN_MS)).call({ method: 'GET', path: '/version' });
  const info = await engine.call({ method: 'GET', path: '/info' });
  const [bridge, host] = await Promise.all([
    readBridge(engine),
    links.host(machine.name).then((connection) => readHostFacts(connection, { signal, encrypted })),
  ]);
  return {
    machine: machine.name,
    reachable: true,
    node: localNodeOf(info),
    address: machine.address,
    interfaces: host.interfaces,
    routes: host.routes,
    liveRestore: member(info, 'LiveRestoreEnabled') === true,
    engineVersion: textAt(info, 'ServerVersion'),
    ...(bridge ? { bridge } : {}),
    ...(host.firewall ? { firewall: host.firewall } : {}),
    vmxnet3Offload: host.offloadCards.length > 0,
    ...(host.espFlaw === undefined ? {} : { espFlaw: host.espFlaw }),
  };
}

function unreachable({ name, address }: Machine): MachineFacts {
  return {
    machine: name,
    reachable: false,
    node: { state: 'inactive', id: '', address: '', manager: false, remoteManagers: [] },
    address,
    interfaces: [],
    routes: [],
    liveRestore: false,
    engineVersion: '',
  };
}

/** From the first manager whose swarm has a leader; its own swarm goes before any other that a machine may be in. */
async function readSwarm(
  cluster: Cluster,
  machines: readonly MachineFacts[],
  links: SwarmLinks,
): Promise<SwarmFacts | undefined> {
  const isOurs = ({ node }: MachineFacts): boolean => cluster.id === undefined || node.swarmId === cluster.id;
  const managers = machines.filter(({ reachable, node }) => reachable && node.state === 'active' && node.manager);
  for (const manager of [...managers.filter(isOurs), ...managers.filter((one) => !isOurs(one))]) {
    const swarm = await askManager(manager, await links.engine(manager.machine, ASK_WITHIN_MS), links);
    if (swarm) return swarm;
  }
  return undefined;
}

async function askManager(
  { machine }: MachineFacts,
  engine: SwarmEngine,
  { program }: SwarmLinks,
): Promise<SwarmFacts | undefined> {
  try {
    const [swarm, nodes] = await Promise.all([engine.call({ method: 'GET', path: '/swarm' }), engine.nodes()]);
    const ingress = await readIngress(engine);
    const encryption = objectAt(objectAt(swarm, 'Spec'), 'EncryptionConfig');
    return {
      id: textAt(swarm, 'ID'),
      through: machine,
      autolock: member(encryption, 'AutoLockManagers') === true,
      nodes,
      ...(ingress ? { ingress } : {}),
    };
  } catch (error) {
    if (!isMachineError(error, 'EngineRefused') && !isMachineError(error, 'EngineUnreachable')) throw error;
    program.report.debug(`${machine}: ${error.message}`);
    return undefined;
  }
}
