import { callEngine, type ApiCall } from '../engine/api.js';
import type { EngineAddress } from '../engine/request.js';
import { isMachineError } from '../errors.js';
import { bracketed, type Json } from '../record.js';
import { member } from '../json.js';
import { listOf, localNodeOf, nodeOf, specOf, tokensOf, type NodeSpec } from './answers.js';
import { MANAGEMENT_PORT, type Availability } from './contract.js';
import type { LocalNode, NodeFacts } from './facts.js';

/** The Swarm part of one engine's API. Tokens and keys travel in bodies of TLS connections only. */
export interface SwarmEngine {
  /** What the engine says of its own part in a swarm; `error` is why that does not work: a lost quorum, say. */
  local(): Promise<LocalNode & { readonly error: string }>;
  init(wish: InitWish): Promise<void>;
  /** Returns before it is known whether the join succeeds: the engine goes on trying. */
  join(wish: JoinWish): Promise<void>;
  /** No member is success. */
  leave(force: boolean): Promise<void>;
  /** The rest only managers answer. */
  tokens(): Promise<JoinTokens>;
  nodes(): Promise<readonly NodeFacts[]>;
  /** Undefined when there is no such node. */
  node(id: string): Promise<NodeFacts | undefined>;
  /** Whether the node still is in the managers' group: a demoted one stays for a moment. */
  isVoter(id: string): Promise<boolean>;
  /** `change` gets what the node shall be now; a change of somebody else's in between is taken up. */
  updateNode(id: string, change: (spec: NodeSpec) => NodeSpec): Promise<void>;
  /** A node that is gone is success. */
  removeNode(id: string): Promise<void>;
  /** Any other call. */
  call(call: Pick<ApiCall, 'method' | 'path' | 'body' | 'mayBeMissing'>): Promise<unknown>;
}

export interface Addresses {
  /** Without port, IPv6 without brackets; '' leaves the choice to the engine. */
  readonly advertise: string;
  readonly listen: string;
  readonly dataPath: string;
}

export interface InitWish extends Addresses {
  readonly availability: Availability;
  readonly addressPool: readonly string[];
  /** 0 leaves the choice to the engine, as for the port. */
  readonly subnetSize: number;
  readonly dataPathPort: number;
  readonly autolock: boolean;
  readonly forceNewCluster?: boolean;
}

export interface JoinWish extends Addresses {
  readonly availability: Availability;
  /** host:port of managers. */
  readonly managers: readonly string[];
  readonly token: string;
}

export interface JoinTokens {
  readonly worker: string;
  readonly manager: string;
}

/** How often an update is tried again when somebody else's came in between. */
const UPDATES = 5;

export function swarmEngine(
  address: EngineAddress,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): SwarmEngine {
  const call: SwarmEngine['call'] = (wanted) => callEngine(address, { ...options, ...wanted });
  const get = (path: string): Promise<unknown> => call({ method: 'GET', path });
  const post = async (path: string, body?: Json): Promise<void> => {
    await call({ method: 'POST', path, ...(body === undefined ? {} : { body }) });
  };
  return {
    call,
    local: async () => localNodeOf(await get('/info')),
    init: (wish) => post('/swarm/init', initBody(wish)),
    join: (wish) => joined(() => post('/swarm/join', joinBody(wish))),
    leave: (force) => left(() => post(`/swarm/leave?force=${force ? 1 : 0}`)),
    tokens: async () => tokensOf(await get('/swarm')),
    nodes: async () => listOf(await get('/nodes')).map(nodeOf),
    node: async (id) => {
      const answer = await call({ method: 'GET', path: `/nodes/${id}`, mayBeMissing: true });
      return answer === undefined ? undefined : nodeOf(answer);
    },
    isVoter: async (id) => {
      const answer = await call({ method: 'GET', path: `/nodes/${id}`, mayBeMissing: true });
      return member(answer, 'ManagerStatus') !== undefined;
    },
    updateNode: async (id, change) => {
      for (let tries = 1; ; tries += 1) {
        const { version, spec } = specOf(await get(`/nodes/${id}`));
        try {
          await post(`/nodes/${id}/update?version=${version}`, change(spec));
          return;
        } catch (error) {
          if (tries === UPDATES || !says(error, /update out of sequence/)) throw error;
        }
      }
    },
    removeNode: async (id) => {
      await call({ method: 'DELETE', path: `/nodes/${id}?force=1`, mayBeMissing: true });
    },
  };
}

function initBody(wish: InitWish): Json {
  return {
    ...addressesBody(wish),
    Availability: wish.availability,
    ...(wish.addressPool.length > 0 ? { DefaultAddrPool: wish.addressPool } : {}),
    ...(wish.subnetSize > 0 ? { SubnetSize: wish.subnetSize } : {}),
    ...(wish.dataPathPort > 0 ? { DataPathPort: wish.dataPathPort } : {}),
    ForceNewCluster: wish.forceNewCluster === true,
    Spec: { EncryptionConfig: { AutoLockManagers: wish.autolock } },
  };
}

function joinBody(wish: JoinWish): Json {
  return {
    ...addressesBody(wish),
    Availability: wish.availability,
    RemoteAddrs: wish.managers,
    JoinToken: wish.token,
  };
}

function addressesBody({ advertise, listen, dataPath }: Addresses): { readonly [key: string]: Json } {
  return {
    ListenAddr: `${listen === '' ? '0.0.0.0' : bracketed(listen)}:${MANAGEMENT_PORT}`,
    AdvertiseAddr: advertise === '' ? '' : bracketed(advertise),
    ...(dataPath === '' ? {} : { DataPathAddr: bracketed(dataPath) }),
  };
}

/** After 20 s the engine answers that it goes on in the background; whoever waits for the node sees how that ends. */
async function joined(join: () => Promise<void>): Promise<void> {
  try {
    await join();
  } catch (error) {
    if (!says(error, /Timeout (was )?reached before node/i)) throw error;
  }
}

async function left(leave: () => Promise<void>): Promise<void> {
  try {
    await leave();
  } catch (error) {
    if (!says(error, /not part of a swarm/i)) throw error;
  }
}

/** The engine has no codes for these: its words have to be matched. */
function says(error: unknown, words: RegExp): boolean {
  return isMachineError(error, 'EngineRefused') && error.cause instanceof Error && words.test(error.cause.message);
}
