import { isIP } from 'node:net';
import { isMachineError, MachineError } from '../errors.js';
import { poll } from '../poll.js';
import { bracketed, isProvisioned, isSwarmMember, type Machine, type SwarmOptions } from '../record.js';
import { MANAGEMENT_PORT, portAdvice, type Availability } from '../swarm/contract.js';
import type { Addresses, SwarmEngine } from '../swarm/engine.js';
import { waitFor } from './locked.js';
import type { Program } from './program.js';
import { openForJoin } from './swarm-classic-ports.js';
import { clusterOf } from './swarm-membership.js';
import { engineOf, livingManagers, mastersOf, turnOf, type LivingManager } from './swarm-masters.js';

export interface Entry {
  /** The host's own addresses. */
  readonly addresses: readonly string[];
  /** How long to wait for the master, in milliseconds. */
  readonly withinMs: number;
}

/** For the master, in milliseconds: it may be made at the same time, on a slow cloud. */
export const SWARM_WITHIN_MS = 600_000;
/** The engine itself gives a join 20 s before it goes on in the background; an init makes keys. In milliseconds. */
const CALL_WITHIN_MS = 60_000;
/** Until a node that has joined is ready, in milliseconds. */
const READY_WITHIN_MS = 60_000;

interface Newcomer extends Entry {
  readonly machine: Machine;
  readonly swarm: SwarmOptions;
  readonly engine: SwarmEngine;
}

/**
 * Makes a machine that was created with --swarm or --swarm-master a member of the swarm that its discovery string names; the
 * first master makes the swarm, everybody else waits for it. One that is a member already stays as it is.
 * @throws MachineError TimedOut, EngineRefused, EngineUnreachable, Cancelled
 */
export async function enterSwarm(machine: Machine, entry: Entry, program: Program): Promise<Machine> {
  const { swarm } = machine;
  if (!swarm || !isSwarmMember(machine) || !isProvisioned(machine)) return machine;
  // Who made the cluster sees to its members.
  if (clusterOf(machine) !== undefined) return machine;
  const newcomer = { ...entry, machine, swarm, engine: await engineOf(machine, program, CALL_WITHIN_MS) };
  if (!swarm.master) {
    const manager = await untilManager(newcomer, () => mastersOf(swarm.discovery, program), program);
    return joinThrough(manager, newcomer, program);
  }
  // Two first masters would make two swarms.
  return program.store.locked(
    turnOf(swarm.discovery),
    () => enterAsMaster(newcomer, program),
    waitFor(`the swarm ${swarm.discovery}`, program),
  );
}

async function enterAsMaster(newcomer: Newcomer, program: Program): Promise<Machine> {
  const { machine, swarm, engine } = newcomer;
  const local = await engine.local();
  if (local.manager && local.state === 'active') return machine;
  const others = (await mastersOf(swarm.discovery, program)).filter(({ name }) => name !== machine.name);
  const [living] = await livingManagers(others, program);
  const settled = others.filter(({ phase }) => phase === 'ready');
  // A second swarm beside one whose masters are off for the moment would tear the cluster apart.
  const manager =
    living ?? (settled.length > 0 ? await untilManager(newcomer, async () => settled, program) : undefined);
  if (manager) return joinThrough(manager, newcomer, program);
  await program.report.step('Making the swarm', () => engine.init({ ...USUAL, ...membershipOf(newcomer) }));
  return machine;
}

const USUAL = { addressPool: [], subnetSize: 0, dataPathPort: 0, autolock: false } as const;

/** The master may come later than its workers. */
async function untilManager(
  { swarm: { discovery }, withinMs }: Newcomer,
  find: () => Promise<readonly Machine[]>,
  program: Program,
): Promise<LivingManager> {
  const ask = async (): Promise<LivingManager | undefined> => (await livingManagers(await find(), program))[0];
  return (
    (await ask()) ??
    program.report.step('Waiting for the master of the swarm', () =>
      poll(ask, {
        what: `a master of the swarm ${discovery}`,
        withinMs,
        everyMs: 200,
        atMostEveryMs: 2_000,
        signal: program.signal,
        suggestions: [
          `berth create --swarm --swarm-master --swarm-discovery ${discovery} NAME`,
          'Then run create again with the same arguments, to join',
        ],
      }),
    )
  );
}

/** Tokens are asked of the manager now, and go nowhere but into the body of the engine's call. */
async function joinThrough(manager: LivingManager, newcomer: Newcomer, program: Program): Promise<Machine> {
  const { machine, swarm, engine } = newcomer;
  const { advertise } = membershipOf(newcomer);
  // Masters come in one after the other, each in its turn.
  const joiner = { machine, addresses: [advertise, machine.address], hasTurn: swarm.master };
  const opened = await openForJoin(joiner, manager, program);
  await program.report.step('Joining the swarm', async () => {
    const before = await engine.local();
    const isMember = before.id !== '' && (await manager.engine.node(before.id)) !== undefined;
    if (!isMember) {
      if (before.state === 'active') throw inAnotherSwarm(machine);
      // What an interrupted join has left.
      if (before.state !== 'inactive') await engine.leave(true);
      const tokens = await manager.engine.tokens();
      const token = swarm.master ? tokens.manager : tokens.worker;
      const managers = [`${bracketed(manager.local.address)}:${MANAGEMENT_PORT}`];
      await engine.join({ ...membershipOf(newcomer), managers, token }).catch((cause: unknown) => {
        throw isMachineError(cause, 'EngineRefused') ? cannotJoin(machine, manager, cause.cause) : cause;
      });
    }
    await untilReady(manager, newcomer, program);
  });
  return opened;
}

async function untilReady(manager: LivingManager, { machine, engine }: Newcomer, program: Program): Promise<void> {
  await poll(
    async () => {
      const local = await engine.local();
      if (local.state === 'error') throw cannotJoin(machine, manager, new Error(local.error));
      const node = local.id === '' ? undefined : await manager.engine.node(local.id);
      return node?.status === 'ready' ? node : undefined;
    },
    {
      what: `${machine.name} to be a ready node of the swarm`,
      withinMs: READY_WITHIN_MS,
      everyMs: 100,
      signal: program.signal,
      suggestions: adviceFor(machine, manager),
    },
  );
}

function membershipOf({ swarm, machine, addresses }: Newcomer): Addresses & { readonly availability: Availability } {
  return {
    advertise: advertised(swarm.address, machine.address, addresses),
    listen: '',
    dataPath: '',
    // docker-machine's master without an agent was no node that containers ran on.
    availability: swarm.agent ? 'active' : 'drain',
  };
}

/** The user's choice, else the address that we reach the host at if it is the host's own, else a private one of the host. */
function advertised(chosen: string, address: string, own: readonly string[]): string {
  if (chosen !== '') return chosen.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1');
  if (own.includes(address)) return address;
  const [first = ''] = own.filter((one) => isIP(one) === 4 && isPrivate(one));
  return first || (own.length === 1 ? (own[0] ?? '') : '');
}

/** RFC 1918 and RFC 6598. */
function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(address);
}

function inAnotherSwarm({ name, swarm }: Machine): MachineError {
  return new MachineError('ClusterRefused', `machine "${name}" is in another swarm than ${swarm?.discovery ?? ''}`, {
    suggestions: [`berth ssh ${name} sudo docker swarm leave`],
  });
}

function cannotJoin(machine: Machine, manager: LivingManager, cause: unknown): MachineError {
  return new MachineError('EngineRefused', `cannot join "${machine.name}" to the swarm of "${manager.machine.name}"`, {
    cause,
    suggestions: adviceFor(machine, manager),
  });
}

function adviceFor({ name }: Machine, { machine, local }: LivingManager): readonly string[] {
  return portAdvice(name, `${machine.name} at ${local.address}`);
}
