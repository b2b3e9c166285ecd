import type { MachineName } from '../name.js';
import { poll } from '../poll.js';
import type { NodeSpec } from '../swarm/answers.js';
import { DRAINED_LABEL } from '../swarm/contract.js';
import type { SwarmEngine } from '../swarm/engine.js';
import { replaceIngress } from '../swarm/networks.js';
import { rotateTokens, rotateUnlockKey, setAutolock } from '../swarm/settings.js';
import type { ClusterStep } from '../swarm/step.js';
import { untilDrained } from '../swarm/tasks.js';
import { CALL_WITHIN_MS, type Performers, type Step, type StepContext } from './swarm-performers.js';

/** A node that has joined is ready within seconds; one whose engine was replaced restarts its containers first. */
const HEALTHY_WITHIN_MS = 120_000;
const DEMOTED_WITHIN_MS = 60_000;
/** Managers hold a node for down 5 s after its last heartbeat, three of them missed. In milliseconds. */
const DOWN_WITHIN_MS = 60_000;

type ManagerKind = 'createIngress' | 'setAutolock' | 'rotateTokens' | 'rotateUnlockKey';
type TargetKind = Exclude<Extract<ClusterStep, { readonly through: MachineName }>['kind'], 'join'>;

/** Steps that a manager's engine does: of the swarm as a whole, and of one node. */
export const NODE_STEPS: Performers<ManagerKind | TargetKind> = {
  createIngress: onManager((engine, step: Step<'createIngress'>, { links }) =>
    replaceIngress(engine, step, links.program.signal),
  ),
  setAutolock: onManager(async (engine, { autolock }: Step<'setAutolock'>, { keys }) => {
    await setAutolock(engine, autolock);
    if (autolock) await keys.keep(engine);
  }),
  rotateTokens: onManager((engine) => rotateTokens(engine)),
  rotateUnlockKey: onManager(async (engine, _step, { keys }) => {
    await rotateUnlockKey(engine);
    await keys.keep(engine);
  }),
  setLabels: onNode(({ update }, { set, unset }: Step<'setLabels'>) =>
    update((spec) => ({ ...spec, Labels: { ...without(spec.Labels, unset), ...set } })),
  ),
  setAvailability: onNode(({ update }, { availability }: Step<'setAvailability'>) =>
    update((spec) => ({ ...spec, Availability: availability })),
  ),
  promote: onNode(({ update }) => update((spec) => ({ ...spec, Role: 'manager' }))),
  demote: onNode(async ({ manager, id, update, signal }) => {
    await update((spec) => ({ ...spec, Role: 'worker' }));
    await untilDemoted(manager, id, signal);
  }),
  drain: onNode(async ({ manager, id, update, signal }) => {
    await update((spec) => ({ ...spec, Availability: 'drain', Labels: { ...spec.Labels, [DRAINED_LABEL]: '1' } }));
    await untilDrained(manager, id, signal);
  }),
  activate: onNode(({ update }, { availability }: Step<'activate'>) =>
    update((spec) => ({ ...spec, Availability: availability, Labels: without(spec.Labels, [DRAINED_LABEL]) })),
  ),
  removeNode: onNode(async ({ manager, id, signal }, { force }: Step<'removeNode'>) => {
    if (!force) await untilDown(manager, id, signal);
    await manager.removeNode(id);
  }),
  waitHealthy: async (step, context) => {
    await untilHealthy(step, await context.links.engine(step.through, CALL_WITHIN_MS), context);
    return undefined;
  },
};

function onManager<S extends Step<ManagerKind>>(
  work: (engine: SwarmEngine, step: S, context: StepContext) => Promise<void>,
): (step: S, context: StepContext) => Promise<undefined> {
  return async (step, context) => {
    await work(await context.links.engine(step.machine, CALL_WITHIN_MS), step, context);
    return undefined;
  };
}

interface NodeAtHand {
  readonly manager: SwarmEngine;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly update: (change: (spec: NodeSpec) => NodeSpec) => Promise<void>;
}

/** Of a machine that joined in an earlier step of the plan the id is asked of itself. */
function onNode<S extends Step<Exclude<TargetKind, 'waitHealthy'>>>(
  work: (node: NodeAtHand, step: S) => Promise<void>,
): (step: S, context: StepContext) => Promise<undefined> {
  return async (step, context) => {
    const manager = await context.links.engine(step.through, CALL_WITHIN_MS);
    const id = step.nodeId === '' ? await ownId(step.machine, context) : step.nodeId;
    const { signal } = context.links.program;
    await work({ manager, id, signal, update: (change) => manager.updateNode(id, change) }, step);
    return undefined;
  };
}

async function ownId(machine: MachineName, { links }: StepContext): Promise<string> {
  return (await (await links.engine(machine, CALL_WITHIN_MS)).local()).id;
}

/** The engine of a machine may come and go meanwhile. */
async function untilHealthy(
  { machine, role }: { readonly machine: MachineName; readonly role: string },
  manager: SwarmEngine,
  context: StepContext,
): Promise<void> {
  await poll(
    async () => {
      const id = await ownId(machine, context).catch(() => '');
      const node = id === '' ? undefined : await manager.node(id).catch(() => undefined);
      if (node?.status !== 'ready') return undefined;
      return role === 'worker' || node.reachability === 'reachable' ? true : undefined;
    },
    {
      what: `${machine} to be a ready ${role} of the swarm`,
      withinMs: HEALTHY_WITHIN_MS,
      everyMs: 100,
      signal: context.links.program.signal,
      suggestions: [
        `berth ssh ${machine} -- journalctl -u docker -n 50`,
        'Check that the hosts reach each other at the ports 2377 and 7946 (TCP) and 7946 and 4789 (UDP)',
      ],
    },
  );
}

async function untilDemoted(manager: SwarmEngine, id: string, signal: AbortSignal): Promise<void> {
  await poll(async () => ((await manager.isVoter(id)) ? undefined : true), {
    what: 'a manager to be a worker',
    withinMs: DEMOTED_WITHIN_MS,
    everyMs: 100,
    signal,
  });
}

async function untilDown(manager: SwarmEngine, id: string, signal: AbortSignal): Promise<void> {
  await poll(async () => ((await manager.node(id))?.status === 'ready' ? undefined : true), {
    what: 'a node that left to be down',
    withinMs: DOWN_WITHIN_MS,
    everyMs: 200,
    signal,
  });
}

function without(labels: NodeSpec['Labels'], keys: readonly string[]): NodeSpec['Labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)));
}
