import { isObject, member } from '../json.js';
import type { Json, JsonObject } from '../record.js';
import type { Availability, Labels, Role } from './contract.js';
import type { LocalNode, NodeFacts } from './facts.js';

/** What a node shall be, as the engine keeps it. */
export type NodeSpec = JsonObject & {
  readonly Role: Role;
  readonly Availability: Availability;
  readonly Labels: Labels;
};

/** `Swarm` of an engine's /info. */
export function localNodeOf(info: unknown): LocalNode & { readonly error: string } {
  const swarm = objectAt(info, 'Swarm');
  const state = textAt(swarm, 'LocalNodeState');
  const swarmId = textAt(objectAt(swarm, 'Cluster'), 'ID');
  return {
    state: (LOCAL_STATES as readonly string[]).includes(state) ? (state as LocalNode['state']) : 'inactive',
    id: textAt(swarm, 'NodeID'),
    address: textAt(swarm, 'NodeAddr'),
    manager: member(swarm, 'ControlAvailable') === true,
    ...(swarmId === '' ? {} : { swarmId }),
    remoteManagers: listOf(member(swarm, 'RemoteManagers')).map((manager) => ({
      id: textAt(manager, 'NodeID'),
      address: textAt(manager, 'Addr'),
    })),
    error: textAt(swarm, 'Error'),
  };
}
const LOCAL_STATES = [
  'inactive',
  'pending',
  'active',
  'locked',
  'error',
] as const satisfies readonly LocalNode['state'][];

/** A node of /nodes. */
export function nodeOf(answer: unknown): NodeFacts {
  const [spec, description, status, manager] = ['Spec', 'Description', 'Status', 'ManagerStatus'].map((key) =>
    objectAt(answer, key),
  );
  const managerAddress = textAt(manager, 'Addr')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  const statusAddress = textAt(status, 'Addr');
  const state = textAt(status, 'State');
  // After --force-new-cluster the lost managers keep their role on paper, and have no vote any more.
  const isManager = textAt(spec, 'Role') === 'manager' && member(answer, 'ManagerStatus') !== undefined;
  return {
    id: textAt(answer, 'ID'),
    hostname: textAt(description, 'Hostname'),
    role: isManager ? 'manager' : 'worker',
    leader: member(manager, 'Leader') === true,
    ...(isManager ? { reachability: reachabilityOf(textAt(manager, 'Reachability')) } : {}),
    status: state === 'ready' || state === 'down' || state === 'disconnected' ? state : 'unknown',
    availability: availabilityOf(textAt(spec, 'Availability')),
    engineVersion: textAt(objectAt(description, 'Engine'), 'EngineVersion'),
    address: managerAddress || statusAddress,
    labels: labelsOf(member(spec, 'Labels')),
  };
}

/** Version and spec of a node, for an update of it. */
export function specOf(answer: unknown): { readonly version: number; readonly spec: NodeSpec } {
  const spec = objectAt(answer, 'Spec');
  const version = member(objectAt(answer, 'Version'), 'Index');
  return {
    version: typeof version === 'number' ? version : 0,
    spec: {
      ...spec,
      Role: textAt(spec, 'Role') === 'manager' ? 'manager' : 'worker',
      Availability: availabilityOf(textAt(spec, 'Availability')),
      Labels: labelsOf(member(spec, 'Labels')),
    },
  };
}

export function tokensOf(swarm: unknown): { readonly worker: string; readonly manager: string } {
  const tokens = objectAt(swarm, 'JoinTokens');
  return { worker: textAt(tokens, 'Worker'), manager: textAt(tokens, 'Manager') };
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function objectAt(value: unknown, key: string): JsonObject {
  const inner = member(value, key);
  return isObject(inner) ? inner : {};
}

export function textAt(value: unknown, key: string): string {
  const text = member(value, key);
  return typeof text === 'string' ? text : '';
}

function reachabilityOf(text: string): NonNullable<NodeFacts['reachability']> {
  return text === 'reachable' || text === 'unreachable' ? text : 'unknown';
}

function availabilityOf(text: string): Availability {
  return text === 'pause' || text === 'drain' ? text : 'active';
}

function labelsOf(value: Json | undefined): Labels {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, label]) => [key, typeof label === 'string' ? label : '']));
}
