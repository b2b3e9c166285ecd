import { Args, Flags } from '@oclif/core';
import { allDrivers, driverNames } from '../../drivers/index.js';
import { driverFlags, driverOptions, refuseForeignOptions } from '../cli/driver-flags.js';
import { MachineCommand } from '../cli/machine-command.js';
import { driverNamed } from '../cli/wishes.js';
import { MachineError } from '../errors.js';
import { expiredMachines } from '../lifecycle/end.js';
import { forEachBounded, resultsOf } from '../lifecycle/each.js';
import type { Program } from '../lifecycle/program.js';
import { findLeftovers, removeLeftover, type Leftover, type NamedDriver } from '../lifecycle/gc.js';

/** Machines whose leftovers are removed at once. */
const AT_ONCE = 4;

export default class Gc extends MachineCommand {
  static override summary = 'Find, and remove, what machines have left at providers and no record knows.';
  static override description =
    "Asks at every account and region that the records mention, and with the named driver's options. Without --yes nothing is removed; what another store has made is only removed where it is named.";
  static override examples = [
    '<%= config.bin %> gc',
    '<%= config.bin %> gc -d amazonec2 --amazonec2-region eu-central-1',
    '<%= config.bin %> gc --yes',
    '<%= config.bin %> gc --all-stores --yes web-1',
  ];
  static override usage = 'gc [NAME...] [-d DRIVER] [OPTIONS]';
  static override strict = false;
  static override args = {
    name: Args.string({
      ignoreStdin: true,
      description: 'names or ids of machines whose leftovers are meant; all otherwise',
    }),
  };
  static override flags = {
    driver: Flags.string({ char: 'd', description: 'driver to ask besides those of the records' }),
    yes: Flags.boolean({ char: 'y', description: 'remove what is found' }),
    'all-stores': Flags.boolean({ description: 'show what other stores have made too' }),
    ...driverFlags(allDrivers()),
  };

  async run(): Promise<unknown> {
    const { argv, flags, raw } = await this.parse(Gc);
    const names = argv.map(String);
    const typed = new Set(raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : [])));
    const program = this.programFor(flags);
    const { leftovers, outcomes } = await findLeftovers(namedDriver(flags, typed), program);
    const meant = ({ machine, machineId }: Leftover): boolean =>
      names.length === 0 || names.includes(machine) || names.includes(machineId);
    const shown = leftovers.filter((one) => (one.isOwn || flags['all-stores'] === true) && meant(one));
    const removable = shown.filter((one) => one.isOwn || names.length > 0);
    this.print(shown);
    if (flags.yes === true) await removeAll(removable, program);
    const isWhole = outcomes.every(({ state }) => state === 'done');
    this.logEnd({ shown, removable, isRemoved: flags.yes === true, isWhole });
    for (const name of await expiredMachines(program))
      this.log(`The time of machine "${name}" is over: ${this.config.bin} rm ${name}`);
    resultsOf(outcomes);
    return shown.map((one) => rowOf(one, flags.yes === true && removable.includes(one)));
  }

  private print(leftovers: readonly Leftover[]): void {
    for (const { machine, machineId, driver, isOwn, store, resources } of leftovers) {
      this.log(`${machine} (${machineId}, ${driver}${isOwn ? '' : `, of the store ${store || 'unknown'}`})`);
      for (const { kind, id } of resources) this.log(`  ${kind} ${id}`);
    }
  }

  private logEnd({ shown, removable, isRemoved, isWhole }: End): void {
    if (shown.length === 0 && isWhole) this.log('Nothing is left over.');
    if (isRemoved && removable.length > 0) this.log(`Removed what ${counted(removable.length)} had left.`);
    else if (removable.length > 0) this.log('Run it again with --yes to remove this.');
    if (shown.length > removable.length)
      this.log('What other stores have made is only removed where its machine is named: gc --all-stores --yes NAME');
  }
}

interface End {
  readonly shown: readonly Leftover[];
  readonly removable: readonly Leftover[];
  readonly isRemoved: boolean;
  /** Every place has answered. */
  readonly isWhole: boolean;
}

function counted(machines: number): string {
  return machines === 1 ? 'one machine' : `${machines} machines`;
}

async function removeAll(leftovers: readonly Leftover[], program: Program): Promise<void> {
  const byId = new Map(leftovers.map((one) => [one.machineId, one]));
  const outcomes = await forEachBounded([...byId.keys()], AT_ONCE, async (id) => {
    const leftover = byId.get(id);
    if (leftover) await removeLeftover(leftover, program);
  });
  resultsOf(outcomes);
}

/** @throws MachineError DriverNotFound, NotSupported, BadOption, BadUsage for options without their driver */
function namedDriver(flags: Readonly<Record<string, unknown>>, typed: ReadonlySet<string>): NamedDriver | undefined {
  const name = flags['driver'];
  if (typeof name === 'string') {
    const spec = driverNamed(name);
    refuseForeignOptions(spec, allDrivers(), typed);
    if (!spec.features.plantsKeys || spec.features.local)
      throw new MachineError('NotSupported', `the driver ${spec.name} makes nothing at a provider`);
    return { spec, ...driverOptions(spec, flags, typed) };
  }
  const own = ['yes', 'all-stores', 'driver', 'json'];
  const lonely = [...typed].find(
    (flag) => !own.includes(flag) && driverNames.some((name) => flag.startsWith(`${name}-`)),
  );
  if (lonely === undefined) return undefined;
  throw new MachineError('BadUsage', `option --${lonely} needs its driver`, { suggestions: ['berth gc -d DRIVER'] });
}

function rowOf({ resources, place: _place, isOwn, ...row }: Leftover, isRemoved: boolean): object {
  return { ...row, ownStore: isOwn, removed: isRemoved, resources: resources.map(({ kind, id }) => ({ kind, id })) };
}
