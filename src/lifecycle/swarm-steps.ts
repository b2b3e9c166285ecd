import type { Host } from '../host/host.js';
import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { bracketed } from '../record.js';
import {
  backUpRaft,
  readHostFacts,
  setFirewall,
  switchLiveRestoreOff,
  switchOffloadOff,
} from '../swarm/cluster-host.js';
import { MANAGEMENT_PORT, portAdvice } from '../swarm/contract.js';
import { makeBridge } from '../swarm/networks.js';
import type { Learned } from '../swarm/progress.js';
import { unlock } from '../swarm/settings.js';
import type { ClusterStep, StepKind } from '../swarm/step.js';
import type { Program } from './program.js';
import { probePorts } from './swarm-probe.js';
import { setProviderPorts } from './swarm-ports.js';
import { upgradeMachine } from './upgrade.js';
import { CALL_WITHIN_MS, type Performers, type Step, type StepContext } from './swarm-performers.js';
import { NODE_STEPS } from './swarm-node-steps.js';

/** Does one step. Doing it again does no harm. @throws MachineError with the machine's name */
export async function performStep(step: ClusterStep, context: StepContext): Promise<Learned> {
  const perform = PERFORMERS[step.kind] as (step: ClusterStep, context: StepContext) => Promise<Learned | undefined>;
  return (await perform(step, context)) ?? {};
}

const PERFORMERS: Performers<StepKind> = {
  ...NODE_STEPS,
  unlock: async ({ machine }, { links, keys }) => {
    await unlock(await links.engine(machine, CALL_WITHIN_MS), await keys.unlockKey());
    return undefined;
  },
  liveRestoreOff: onHost((host, _step, { signal }) => switchLiveRestoreOff(host, { signal })),
  firewall: onHost(openToMembers),
  checksumOffloadOff: onHost(async (host, _step, { signal }) => {
    await switchOffloadOff(host, (await readHostFacts(host, { signal })).offloadCards, { signal });
  }),
  createBridge: async (step, { links }) => {
    await makeBridge(await links.engine(step.machine, CALL_WITHIN_MS), step);
    return undefined;
  },
  init,
  forceNewCluster: init,
  join,
  leave: async ({ machine, force }, { links }) => {
    await (await links.engine(machine, CALL_WITHIN_MS)).leave(force);
    return undefined;
  },
  probe: async (step, { links }) => {
    await probePorts(step, links);
    return undefined;
  },
  backupRaft: onHost((host, _step, { now, signal }) => backUpRaft(host, now(), { signal })),
  upgradeEngine: async ({ machine }, { links }) => {
    await links.forget(machine);
    await upgradeMachine(machine, links.program);
    return undefined;
  },
};

/** The provider's firewall first: what the host remembers is what may be open there. */
async function openToMembers(host: Host, step: Step<'firewall'>, program: Program): Promise<void> {
  const { signal } = program;
  const { firewall } = await readHostFacts(host, { signal });
  await setProviderPorts({ ...step, before: firewall?.members ?? [] }, program);
  await setFirewall(host, step, { signal });
}

function onHost<S extends ClusterStep>(
  work: (host: Host, step: S, program: Program) => Promise<void>,
): (step: S, context: StepContext) => Promise<undefined> {
  return async (step, { links }) => {
    await work(await links.host(step.machine), step, links.program);
    return undefined;
  };
}

async function init(step: Step<'init'> | Step<'forceNewCluster'>, { links, keys }: StepContext): Promise<Learned> {
  const engine = await links.engine(step.machine, CALL_WITHIN_MS);
  await engine.init({
    ...{ availability: 'active', addressPool: [], subnetSize: 0, dataPathPort: 0, autolock: false },
    ...step,
    forceNewCluster: step.kind === 'forceNewCluster',
  });
  if (step.kind === 'init' && step.autolock) await keys.keep(engine);
  const { id, swarmId } = await engine.local();
  return { nodeId: id, ...(swarmId === undefined ? {} : { swarmId }) };
}

/** Tokens are asked of a manager now, and go nowhere but into the body of the engine's call. */
async function join(step: Step<'join'>, { links }: StepContext): Promise<Learned> {
  const [engine, manager] = await Promise.all([
    links.engine(step.machine, CALL_WITHIN_MS),
    links.engine(step.through, CALL_WITHIN_MS),
  ]);
  const [tokens, local] = await Promise.all([manager.tokens(), manager.local()]);
  const known = local.remoteManagers.map(({ address }) => address);
  const managers = [...new Set([`${bracketed(local.address)}:${MANAGEMENT_PORT}`, ...known])];
  await engine.join({ ...step, managers, token: tokens[step.role] }).catch((cause: unknown) => {
    throw isMachineError(cause, 'EngineRefused') ? cannotJoin(step.machine, step.through, cause.cause) : cause;
  });
  return { nodeId: (await engine.local()).id };
}

function cannotJoin(machine: MachineName, manager: MachineName, cause: unknown): MachineError {
  return new MachineError('EngineRefused', `cannot join "${machine}" to the swarm through "${manager}"`, {
    cause,
    suggestions: portAdvice(machine, manager),
  });
}
