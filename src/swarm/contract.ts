import type { ClusterName } from '../cluster-name.js';
import type { MachineName } from '../name.js';
import type { JsonObject } from '../record.js';

export type Role = 'manager' | 'worker';
export type Availability = 'active' | 'pause' | 'drain';
export type Labels = Readonly<Record<string, string>>;

/** A cluster as it shall be, as the store keeps it: plain data, no secret. */
export interface Cluster {
  readonly name: ClusterName;
  /** The swarm's id, written down once it is known; a cluster that has one is never initialised a second time. */
  readonly id?: string;
  /** Which machine initialises: written down before it does, so that a killed create cannot begin two swarms. */
  readonly initOn?: MachineName;
  /** The network that was chosen when it was initialised; later members must be in it. */
  readonly network?: ClusterNetwork;
  /** In the user's order; the first manager that answers initialises. */
  readonly members: readonly Member[];
  /** Machines that were members and shall leave; a name stays here until that is done. */
  readonly leaving: readonly MachineName[];
  /** Nodes that berth joined and has not removed. Any other node of the swarm is somebody else's and is left alone. */
  readonly nodes: readonly OwnNode[];
  readonly advertise: AdvertiseChoice;
  /** Pools for overlay networks, CIDR; empty: chosen when it is initialised. */
  readonly addressPool: readonly string[];
  /** Prefix length of each overlay network that is cut from the pool. */
  readonly subnetSize: number;
  /** UDP port of VXLAN; 4789 unless something (VMware NSX) owns it. */
  readonly dataPathPort: number;
  /** Ingress and the networks that berth makes are encrypted with IPsec. */
  readonly encrypted: boolean;
  readonly autolock: boolean;
  /** Managers run no tasks. */
  readonly drainManagers: boolean;
  /** The hosts' firewalls let only members in on the swarm's ports. */
  readonly firewall: boolean;
  /** A join used the tokens since they were rotated last; set before the first join, cleared after the rotation. */
  readonly tokensDue: boolean;
  /** Members whose engines an upgrade has still to come to: what is left when it was ended. */
  readonly upgrading: readonly MachineName[];
  /** How new machines differ from each other, so that they are in several places. */
  readonly spread?: Spread;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The document as it was read: keys that berth does not know survive a round trip. Empty for a new cluster. */
  readonly document: JsonObject;
}

export interface Member {
  readonly machine: MachineName;
  readonly role: Role;
  /** Node labels that shall be there; others on the node are left alone. */
  readonly labels: Labels;
  /** Keys of labels that were taken back. */
  readonly unlabels: readonly string[];
  /** Undefined: active at first (drain for a manager with drainManagers), then left to whoever changes it. */
  readonly availability?: Availability;
  /** The provider's zone, '' when it has none. */
  readonly zone: string;
  /** Where its private networks are, such as "amazonec2/eu-central-1/vpc-1"; '' when nobody knows. Machines of one place are alike. */
  readonly place: string;
}

export interface Spread {
  /** A key of the driver's table of options. */
  readonly option: string;
  /** Its values, one for each place. */
  readonly values: readonly string[];
}

export interface OwnNode {
  readonly id: string;
  readonly machine: MachineName;
}

/** What the user said about addresses; `auto` prefers a private network that all members share. */
export type AdvertiseChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'private' }
  | { readonly kind: 'public' }
  /** The interface of this name on each machine. */
  | { readonly kind: 'interface'; readonly name: string }
  /** The address of each machine in this network. */
  | { readonly kind: 'network'; readonly cidr: string };

export interface ClusterNetwork {
  readonly scope: 'private' | 'public';
  readonly family: 4 | 6;
  /** Every member's address is in it; undefined: no more is known than scope, family and place. */
  readonly cidr?: string;
  /** The place whose private network it is; '' when nobody knows. */
  readonly place: string;
  /** The smallest MTU of the members' interfaces in it. */
  readonly mtu: number;
}

/** Nodes that berth drained for a while carry this label, so that a killed run can be told from a user's own drain. */
export const DRAINED_LABEL = 'berth.drained';
/** Ports of Swarm mode: management (TCP), gossip (TCP and UDP); VXLAN's own is Cluster.dataPathPort. */
export const MANAGEMENT_PORT = 2377;
export const GOSSIP_PORT = 7946;

/** What is said where a join fails, with the ports that it takes. */
export function portAdvice(machine: string, manager: string): readonly string[] {
  return [
    `Check that ${machine} reaches ${manager}, TCP port ${MANAGEMENT_PORT}`,
    `Check that the hosts reach each other at the ports ${GOSSIP_PORT} (TCP and UDP) and 4789 (UDP)`,
  ];
}
