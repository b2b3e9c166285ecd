import type { MachineName } from '../name.js';
import type { Availability, Labels, Role } from './contract.js';

/** What is there now. */
export interface ClusterFacts {
  /** Undefined when no manager could be asked: there is no swarm yet, or none that answers. */
  readonly swarm?: SwarmFacts;
  /** One for each member and each machine that shall leave; machines whose record is gone are absent. */
  readonly machines: readonly MachineFacts[];
}

/** From one manager's `docker info`, `docker node ls` and inspects. */
export interface SwarmFacts {
  readonly id: string;
  /** The machine whose manager said this. */
  readonly through: MachineName;
  readonly autolock: boolean;
  readonly nodes: readonly NodeFacts[];
  /** Undefined when there is no ingress network. */
  readonly ingress?: IngressFacts;
}

export interface NodeFacts {
  readonly id: string;
  readonly hostname: string;
  readonly role: Role;
  readonly leader: boolean;
  /** Undefined for workers. */
  readonly reachability?: 'reachable' | 'unreachable' | 'unknown';
  readonly status: 'ready' | 'down' | 'disconnected' | 'unknown';
  readonly availability: Availability;
  readonly engineVersion: string;
  /** Status.Addr; of managers the host part of ManagerStatus.Addr. */
  readonly address: string;
  readonly labels: Labels;
}

export interface IngressFacts {
  /** The value of com.docker.network.driver.mtu, undefined when it is not set. */
  readonly mtu?: number;
  readonly encrypted: boolean;
  /** A service publishes ports through it, so it cannot be replaced. */
  readonly used: boolean;
}

export interface MachineFacts {
  readonly machine: MachineName;
  /** Answers over SSH and has an engine that answers. What follows is meaningless when not. */
  readonly reachable: boolean;
  /** Labels of its node that follow from its record: name, provider, region, zone, and its own. */
  readonly labels?: Labels;
  readonly node: LocalNode;
  /** The address that the machine's record has: reached from here, perhaps through NAT. */
  readonly address: string;
  /** The host's own, engine bridges and loopback left out. */
  readonly interfaces: readonly InterfaceFacts[];
  /** Networks that the host routes to or has (routes, bridges of the engine, the provider's network), CIDR. */
  readonly routes: readonly string[];
  readonly liveRestore: boolean;
  readonly engineVersion: string;
  /** Its engine's version or settings are not what they shall be. Only asked for by `upgrade`. */
  readonly engineOutdated?: boolean;
  /** docker_gwbridge, undefined when there is none. */
  readonly bridge?: { readonly mtu?: number; readonly subnet: string };
  /** Who may come in on the swarm's ports; undefined when berth has set nothing there. */
  readonly firewall?: FirewallFacts;
  /** A card's driver is vmxnet3 and its checksum offload, which breaks VXLAN, is on. */
  readonly vmxnet3Offload?: boolean;
  /** Why its kernel cannot encrypt overlay networks; undefined: it can, nobody can tell, or nobody asked. */
  readonly espFlaw?: string;
}

/** `docker info`'s Swarm on the machine itself. */
export interface LocalNode {
  readonly state: 'inactive' | 'pending' | 'active' | 'locked' | 'error';
  /** '' while it has none. */
  readonly id: string;
  /** NodeAddr: what the node advertises; '' while it has none. */
  readonly address: string;
  /** ControlAvailable: it is a manager. */
  readonly manager: boolean;
  /** Cluster.ID; only managers know it. */
  readonly swarmId?: string;
  readonly remoteManagers: readonly { readonly id: string; readonly address: string }[];
}

export interface InterfaceFacts {
  readonly name: string;
  readonly mtu: number;
  readonly addresses: readonly InterfaceAddress[];
}

export interface InterfaceAddress {
  /** IPv4 or IPv6 without prefix, zone or brackets. */
  readonly address: string;
  readonly prefix: number;
}

export interface FirewallFacts {
  /** Addresses, sorted. */
  readonly members: readonly string[];
  /** 2377 is open to them. */
  readonly manager: boolean;
}
