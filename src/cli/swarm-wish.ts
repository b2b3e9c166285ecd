import type { ClusterName } from '../cluster-name.js';
import { MachineError } from '../errors.js';
import type { Program } from '../lifecycle/program.js';
import type { NewMachine } from '../lifecycle/swarm-create.js';
import { memberOf } from '../lifecycle/swarm-membership.js';
import { parseName, parseNewName } from '../name.js';
import type { Machine } from '../record.js';
import { spreadMachines } from '../lifecycle/swarm-spread.js';
import type { Cluster, Member, Role, Spread } from '../swarm/contract.js';
import { clusterSettings, pairsOf } from './swarm-settings.js';
import { parseSpread } from './swarm-spread.js';
import { wishesOf } from './wishes.js';

/** The flags of `swarm create`, parsed; `typed`: those that were given. */
export interface ClusterFlags {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly typed: ReadonlySet<string>;
  /** Machines that are made before the cluster is. */
  readonly coming?: readonly Machine[];
}

/** A cluster that shall be, and the machines that have to be made for it. */
export interface ClusterWish {
  readonly wish: Cluster;
  readonly machines: readonly NewMachine[];
}

/** @throws MachineError BadUsage for a cluster without managers, MachineNotFound, and what the flags' values are refused with */
export async function clusterWish(name: ClusterName, asked: ClusterFlags, program: Program): Promise<ClusterWish> {
  const { flags, coming = [] } = asked;
  const [managers, workers] = [texts(flags['manager']), texts(flags['worker'])];
  const twice = [...managers, ...workers].find((one, index, all) => all.indexOf(one) !== index);
  if (twice !== undefined) throw new MachineError('BadUsage', `machine "${twice}" is named twice`);
  const given = managers.length + workers.length;
  const counts = { manager: countOf(flags['managers']) ?? (given > 0 ? 0 : 1), worker: countOf(flags['workers']) ?? 0 };
  const { spread, made } = machinesOf(name, { ...asked, counts }, program);
  const labels = pairsOf(texts(flags['label']), 'label');
  const members: Member[] = [
    ...(await existing('manager', managers, { coming, program })),
    ...(await existing('worker', workers, { coming, program })),
    ...made.map(({ role, machine }) =>
      memberOf({ machine: machine.request.machine.name, role }, machine.request.machine, spread),
    ),
  ].map((member) => ({ ...member, labels }));
  if (!members.some(({ role }) => role === 'manager'))
    throw new MachineError('BadUsage', 'a cluster needs a manager: --managers or --manager');
  return {
    wish: { ...clusterSettings(name, flags, program.now()), ...(spread ? { spread } : {}), members },
    machines: made.map(({ machine }) => machine),
  };
}

interface Made {
  readonly role: Role;
  readonly machine: NewMachine;
}

/** Machines to be made: prod-manager-1, prod-worker-1 … */
function machinesOf(
  cluster: ClusterName,
  { counts, flags, typed }: ClusterFlags & { readonly counts: Readonly<Record<Role, number>> },
  program: Program,
): { readonly made: readonly Made[]; readonly spread?: Spread } {
  const named = (['manager', 'worker'] as const).flatMap((role) =>
    Array.from({ length: counts[role] }, (_, index) => ({
      role,
      name: parseNewName(`${cluster}-${role}-${index + 1}`),
    })),
  );
  if (named.length === 0) return { made: [] };
  const names = named.map(({ name }) => name);
  const { spec, wishes } = wishesOf(names, flags, typed);
  const text = flags['spread'];
  const spread = typeof text === 'string' ? parseSpread(text, spec) : undefined;
  const made = (['manager', 'worker'] as const).flatMap((role) => {
    const all = named.filter((one) => one.role === role);
    const machines = all.map(({ name }) => ({ spec, request: wishes(name, program.now()) }));
    return spreadMachines(machines, spread).map((machine) => ({ role, machine }));
  });
  return { made, ...(spread ? { spread } : {}) };
}

/** Machines that are there, or will be. @throws MachineError MachineNotFound */
async function existing(
  role: Role,
  names: readonly string[],
  { coming, program: { store } }: { readonly coming: readonly Machine[]; readonly program: Program },
): Promise<readonly Member[]> {
  const machines = names.map(parseName);
  return Promise.all(
    machines.map(async (machine) => {
      const planned = coming.find(({ name }) => name === machine);
      const record = planned && !(await store.exists(machine)) ? planned : await store.read(machine);
      return memberOf({ machine, role }, record);
    }),
  );
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
