import type { MachineName } from '../name.js';
import { addressesIn, chooseNetwork } from './advertise.js';
import { chooseAddressPool } from './address-pool.js';
import type { Cluster, ClusterNetwork } from './contract.js';
import { NEW_NODE, on, type Draft } from './draft.js';
import type { ClusterFacts, MachineFacts, SwarmFacts } from './facts.js';
import { candidateOf, firstAvailability } from './plan-join.js';
import { takenBy } from './refuse.js';

/** The beginning of a swarm, and the facts as they will be when it has begun. */
export interface Beginning {
  readonly init: Draft;
  readonly machine: MachineFacts;
  readonly network: ClusterNetwork;
  readonly facts: ClusterFacts & { readonly swarm: SwarmFacts };
}

/** Undefined while the machines that it takes are not there yet. @throws MachineError ClusterRefused */
export function beginningOf(cluster: Cluster, facts: ClusterFacts): Beginning | undefined {
  const machine = firstManager(cluster, facts.machines);
  const member = cluster.members.find((one) => one.machine === machine?.machine);
  const network = cluster.network ?? networkNow(cluster, facts.machines);
  if (!machine || !member || !network) return undefined;
  const { subnetSize, dataPathPort, autolock, addressPool } = cluster;
  const addresses = addressesIn(network, cluster.advertise, candidateOf(machine, member));
  const pools = addressPool.length > 0 ? addressPool : [chooseAddressPool(takenBy(facts.machines.filter(isThere)))];
  const availability = firstAvailability(cluster, member);
  const init = on({
    ...{ kind: 'init', machine: machine.machine, availability, ...addresses, network },
    ...{ addressPool: pools, subnetSize, dataPathPort, autolock },
  });
  const begun = { ...machine, node: activeNode(addresses.advertise) };
  return {
    ...{ init, machine, network },
    facts: {
      machines: facts.machines.map((one) => (one === machine ? begun : one)),
      swarm: newSwarm(begun, { autolock, availability }),
    },
  };
}

/** The network of a cluster that has none on record, from the machines that are there. */
export function networkNow(cluster: Cluster, machines: readonly MachineFacts[]): ClusterNetwork | undefined {
  const all = cluster.members.map((member) => ({
    member,
    machine: machines.find(({ machine, reachable }) => reachable && machine === member.machine),
  }));
  const there = all.flatMap(({ member, machine }) => (machine ? [candidateOf(machine, member)] : []));
  // Machines that still boot may have no private network at all, unless they are where others are that have one.
  const isForeseen = all.every(
    ({ member, machine }) => machine || (member.place !== '' && there.some(({ place }) => place === member.place)),
  );
  if (there.length === 0 || (cluster.id === undefined && cluster.advertise.kind === 'auto' && !isForeseen))
    return undefined;
  return chooseNetwork(cluster.advertise, there);
}

/** Who was chosen once stays chosen, since it may have begun already. */
function firstManager({ members, initOn }: Cluster, machines: readonly MachineFacts[]): MachineFacts | undefined {
  const managers = members.filter(({ role }) => role === 'manager').map(({ machine }) => machine);
  const names: readonly MachineName[] =
    initOn !== undefined && members.some(({ machine }) => machine === initOn) ? [initOn] : managers;
  return names.flatMap((name) => machines.find(({ machine, reachable }) => machine === name && reachable) ?? [])[0];
}

function isThere({ reachable }: MachineFacts): boolean {
  return reachable;
}

function activeNode(address: string): MachineFacts['node'] {
  return { state: 'active', id: NEW_NODE, address, manager: true, remoteManagers: [] };
}

function newSwarm(
  { machine, node, engineVersion }: MachineFacts,
  { autolock, availability }: Pick<SwarmFacts, 'autolock'> & Pick<SwarmFacts['nodes'][number], 'availability'>,
): SwarmFacts {
  return {
    ...{ id: '', through: machine, autolock },
    ingress: { encrypted: false, used: false },
    nodes: [
      {
        ...{
          id: NEW_NODE,
          hostname: machine,
          role: 'manager',
          leader: true,
          reachability: 'reachable',
          status: 'ready',
        },
        ...{ availability, engineVersion, address: node.address, labels: {} },
      },
    ],
  };
}
