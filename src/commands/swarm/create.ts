import { Flags } from '@oclif/core';
import { drivers } from '../../../drivers/index.js';
import { driverFlags } from '../../cli/driver-flags.js';
import { engineFlags } from '../../cli/engine-flags.js';
import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { clusterFlags, clusterSettings, pairsOf } from '../../cli/swarm-settings.js';
import { wishesOf } from '../../cli/wishes.js';
import type { ClusterName } from '../../cluster-name.js';
import { MachineError } from '../../errors.js';
import type { Program } from '../../lifecycle/program.js';
import { createCluster, type NewMachine } from '../../lifecycle/swarm-create.js';
import { memberOf } from '../../lifecycle/swarm-membership.js';
import { parseName, parseNewName, type MachineName } from '../../name.js';
import type { Member, Role } from '../../swarm/contract.js';

export default class SwarmCreate extends SwarmCommand {
  static override summary = 'Make a swarm cluster: its machines, and what makes them one.';
  static override description =
    'An interrupted create goes on where it ended when it is run again with the same arguments.';
  static override usage = 'swarm:create CLUSTER [--managers N] [--workers N] [-d DRIVER] [OPTIONS]';
  static override examples = [
    '<%= config.bin %> swarm create prod --managers 3 --workers 5',
    '<%= config.bin %> swarm create prod --manager m1 --worker w1 --worker w2',
  ];
  static override strict = false;
  static override args = clusterArgs;
  static override flags = {
    ...clusterFlags,
    driver: Flags.string({
      char: 'd',
      env: 'MACHINE_DRIVER',
      default: 'local',
      description: 'driver to make the machines with',
    }),
    ...engineFlags,
    ...driverFlags(drivers),
  };

  async run(): Promise<unknown> {
    const { argv, flags, raw } = await this.parse(SwarmCreate);
    const typed = new Set(raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : [])));
    const name = this.clusterName(argv);
    const program = this.programFor(flags);
    const given = (flags['manager'] ?? []).length + (flags['worker'] ?? []).length;
    const counts = { manager: flags['managers'] ?? (given > 0 ? 0 : 1), worker: flags['workers'] ?? 0 };
    const made = machinesOf(name, { counts, flags, typed }, program);
    const labels = pairsOf(flags['label'] ?? [], 'label');
    const members: Member[] = [
      ...(await existing('manager', flags['manager'] ?? [], program)),
      ...(await existing('worker', flags['worker'] ?? [], program)),
      ...made.map(({ role, machine }) =>
        memberOf({ machine: machine.request.machine.name, role }, machine.request.machine),
      ),
    ].map((member) => ({ ...member, labels }));
    if (!members.some(({ role }) => role === 'manager'))
      throw new MachineError('BadUsage', 'a cluster needs a manager: --managers or --manager');
    const wish = { ...clusterSettings(name, flags, program.now()), members };
    return this.tell(
      await createCluster(
        wish,
        made.map(({ machine }) => machine),
        program,
      ),
    );
  }
}

interface Made {
  readonly role: Role;
  readonly machine: NewMachine;
}

/** Machines to be made: prod-manager-1, prod-worker-1 … */
function machinesOf(
  cluster: ClusterName,
  asked: {
    readonly counts: Readonly<Record<Role, number>>;
    readonly flags: Readonly<Record<string, unknown>>;
    readonly typed: ReadonlySet<string>;
  },
  program: Program,
): readonly Made[] {
  const named = (['manager', 'worker'] as const).flatMap((role) =>
    Array.from({ length: asked.counts[role] }, (_, index) => ({
      role,
      name: parseNewName(`${cluster}-${role}-${index + 1}`),
    })),
  );
  if (named.length === 0) return [];
  const { spec, wishes } = wishesOf(
    named.map(({ name }) => name),
    asked.flags,
    asked.typed,
  );
  return named.map(({ role, name }) => ({ role, machine: { spec, request: wishes(name, program.now()) } }));
}

/** Machines that are there. @throws MachineError MachineNotFound */
async function existing(role: Role, names: readonly string[], { store }: Program): Promise<readonly Member[]> {
  const machines: readonly MachineName[] = names.map(parseName);
  return Promise.all(machines.map(async (machine) => memberOf({ machine, role }, await store.read(machine))));
}
