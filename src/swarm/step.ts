import type { MachineName } from '../name.js';
import type { Availability, Cluster, ClusterNetwork, Labels, Role } from './contract.js';
import type { Addresses } from './engine.js';
import type { FirewallFacts } from './facts.js';
import type { ProbedNode } from './probe.js';

/** What one step does, on which machine, and through which manager where it takes one. Running one again does no harm. */
export type ClusterStep =
  | { readonly kind: 'unlock'; readonly machine: MachineName }
  | { readonly kind: 'liveRestoreOff'; readonly machine: MachineName }
  | ({ readonly kind: 'firewall'; readonly machine: MachineName } & FirewallFacts &
      Pick<Cluster, 'dataPathPort' | 'encrypted'>)
  /** `ethtool -K … tx-checksum-ip-generic off` for vmxnet3 cards. */
  | { readonly kind: 'checksumOffloadOff'; readonly machine: MachineName }
  /** Makes docker_gwbridge (anew when `replace`) before the machine joins. */
  | {
      readonly kind: 'createBridge';
      readonly machine: MachineName;
      readonly mtu: number;
      readonly subnet: string;
      readonly replace: boolean;
    }
  | ({ readonly kind: 'init'; readonly machine: MachineName; readonly availability: Availability } & Addresses & {
        readonly network: ClusterNetwork;
        readonly addressPool: readonly string[];
      } & Pick<Cluster, 'subnetSize' | 'dataPathPort' | 'autolock'>)
  /** Removes the ingress network and makes it with this MTU; before any service publishes a port. */
  | {
      readonly kind: 'createIngress';
      readonly machine: MachineName;
      readonly mtu: number;
      readonly encrypted: boolean;
    }
  | ({
      readonly kind: 'join';
      readonly machine: MachineName;
      readonly role: Role;
      readonly availability: Availability;
    } & Addresses &
      Through)
  | ({
      readonly kind: 'setLabels';
      readonly machine: MachineName;
      readonly set: Labels;
      readonly unset: readonly string[];
    } & Target)
  | ({ readonly kind: 'setAvailability'; readonly machine: MachineName; readonly availability: Availability } & Target)
  | ({ readonly kind: 'promote'; readonly machine: MachineName } & Target)
  | ({ readonly kind: 'demote'; readonly machine: MachineName } & Target)
  /** Drains the node, labels it DRAINED_LABEL in the same update, and waits, as long as it is ready, until it runs no task. */
  | ({ readonly kind: 'drain'; readonly machine: MachineName } & Target)
  /** Back to this, and berth's label off, in one update. */
  | ({ readonly kind: 'activate'; readonly machine: MachineName; readonly availability: Availability } & Target)
  /** On the machine itself; `force` for managers and for what is stuck. */
  | { readonly kind: 'leave'; readonly machine: MachineName; readonly force: boolean }
  /** `docker node rm`; with `force` at once, else as soon as the node is down. The machine may be gone. */
  | ({ readonly kind: 'removeNode'; readonly machine: MachineName; readonly force: boolean } & Target)
  /** Until the node is ready and, as a manager, reachable. */
  | ({ readonly kind: 'waitHealthy'; readonly machine: MachineName; readonly role: Role } & Through)
  /** Whether those who came in and all others let each other in on the swarm's ports; `machine` is one of the former. */
  | ({ readonly kind: 'probe'; readonly machine: MachineName; readonly nodes: readonly ProbedNode[] } & Pick<
      Cluster,
      'dataPathPort'
    >)
  | { readonly kind: 'setAutolock'; readonly machine: MachineName; readonly autolock: boolean }
  | { readonly kind: 'rotateTokens'; readonly machine: MachineName }
  | { readonly kind: 'rotateUnlockKey'; readonly machine: MachineName }
  /** A copy of /var/lib/docker/swarm on the manager itself. */
  | { readonly kind: 'backupRaft'; readonly machine: MachineName }
  | { readonly kind: 'upgradeEngine'; readonly machine: MachineName }
  /** Recovery after lost quorum: this manager alone goes on with what it knows. */
  | ({ readonly kind: 'forceNewCluster'; readonly machine: MachineName } & Addresses);

export type StepKind = ClusterStep['kind'];

interface Through {
  /** A machine whose manager is asked; any other living manager does as well. */
  readonly through: MachineName;
}

/** A node the machine is known by; '' when it joins in an earlier step of the plan: ask the machine then. */
interface Target extends Through {
  readonly nodeId: string;
}

/** Stages one after the other; the steps of one stage at the same time. */
export interface Plan {
  readonly stages: readonly (readonly ClusterStep[])[];
  /** Members that do not answer, so nothing is planned for them now. */
  readonly waitingFor: readonly MachineName[];
  /** Sentences for the user: even numbers of managers, zones, what could not be set. */
  readonly advice: readonly string[];
  /** Not all is planned: facts are missing until these steps are done, so plan again after them. */
  readonly again: boolean;
}
