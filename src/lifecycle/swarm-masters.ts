import { createHash } from 'node:crypto';
import { isMachineError } from '../errors.js';
import { parseName, type MachineName } from '../name.js';
import { order } from '../order.js';
import { isProvisioned, type Machine } from '../record.js';
import { swarmEngine, type SwarmEngine } from '../swarm/engine.js';
import type { LocalNode } from '../swarm/facts.js';
import { forEachBounded } from './each.js';
import { engineAddress } from './engine-address.js';
import type { Program } from './program.js';
import { readMachines } from './status.js';

/** A manager that answers and whose swarm has a leader. */
export interface LivingManager {
  readonly machine: Machine;
  readonly engine: SwarmEngine;
  readonly local: LocalNode;
}

/** A manager that is busy answers within it; one without a leader takes 20 s to say so. In milliseconds. */
export const ASK_WITHIN_MS = 3_000;
const AT_ONCE = 32;

/** The Swarm part of a machine's engine. @throws MachineError CertificateInvalid */
export async function engineOf(machine: Machine, program: Program, timeoutMs = ASK_WITHIN_MS): Promise<SwarmEngine> {
  return swarmEngine(await engineAddress(machine, program), { timeoutMs, signal: program.signal });
}

/** Machines that were made with --swarm-master and this discovery string, the oldest first. */
export async function mastersOf(discovery: string, program: Program): Promise<readonly Machine[]> {
  const machines = (await readMachines(program)).flatMap(({ machine }) => (machine ? [machine] : []));
  return machines
    .filter(({ swarm }) => swarm?.master === true && swarm.discovery === discovery)
    .sort((one, other) => order(one.createdAt, other.createdAt) || order(one.name, other.name));
}

/** Those of the machines that are managers of a swarm that works, in the same order; all are asked at once. */
export async function livingManagers(
  machines: readonly Machine[],
  program: Program,
): Promise<readonly LivingManager[]> {
  const outcomes = await forEachBounded(machines, AT_ONCE, (machine) => askManager(machine, program));
  return outcomes.flatMap((outcome) => {
    if (outcome.state === 'failed') {
      if (isMachineError(outcome.error, 'EngineUnreachable') || isMachineError(outcome.error, 'EngineRefused'))
        return [];
      throw outcome.error;
    }
    return outcome.result ? [outcome.result] : [];
  });
}

async function askManager(machine: Machine, program: Program): Promise<LivingManager | undefined> {
  if (machine.address === '' || !isProvisioned(machine) || machine.phase === 'planned') return undefined;
  const engine = await engineOf(machine, program).catch((error: unknown) => {
    // Until its first certificate is there as a whole, there is nothing to ask it with.
    if (machine.phase !== 'ready' && isMachineError(error, 'CertificateInvalid')) return undefined;
    throw error;
  });
  if (engine === undefined) return undefined;
  const local = await engine.local();
  const works = local.state === 'active' && local.manager && local.error === '';
  return works ? { machine, engine, local } : undefined;
}

/** What the machines of one swarm take turns by: no machine's name, and as good a file's name. */
export function turnOf(discovery: string): MachineName {
  return parseName(`swarm.${createHash('sha256').update(discovery).digest('hex').slice(0, 16)}`);
}
