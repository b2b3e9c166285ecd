import { allDrivers, findDriver } from '../../drivers/index.js';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { CreateRequest } from '../lifecycle/create.js';
import { planMachine } from '../lifecycle/plan.js';
import type { OptionValues, SwarmOptions } from '../record.js';
import { parseNewName, type MachineName } from '../name.js';
import { driverOptions, flagName, listOf, refuseForeignOptions } from './driver-flags.js';
import { driverNotFound } from './driver-names.js';
import { engineOptions } from './engine-flags.js';
import { localDriver } from './local.js';
import { swarmOptions } from './swarm-flags.js';

/** The names to make: those given, or NAME-1 to NAME-n. @throws MachineError BadUsage, BadName */
export function newNames(given: readonly string[], count: number | undefined): readonly MachineName[] {
  const [first, ...more] = given;
  if (first === undefined)
    throw new MachineError('BadUsage', 'no machine name given', { suggestions: ['berth create NAME'] });
  if (count === undefined) {
    const twice = given.find((name, index) => given.indexOf(name) !== index);
    if (twice !== undefined) throw new MachineError('BadUsage', `machine "${twice}" is named twice`);
    return given.map(parseNewName);
  }
  if (more.length > 0) throw new MachineError('BadUsage', `option --count takes one name, got ${given.length}`);
  return Array.from({ length: count }, (_, index) => parseNewName(`${first}-${index + 1}`));
}

/**
 * What the flags ask for, for each of the names. `typed`: flags that stood on the command line; `plugin`: the driver where it
 * is a binary on PATH.
 */
export function wishesOf(
  names: readonly MachineName[],
  flags: Readonly<Record<string, unknown>>,
  typed: ReadonlySet<string>,
  plugin?: AnyDriverSpec,
): { spec: AnyDriverSpec; swarm?: SwarmOptions; wishes: (name: MachineName, now: Date) => CreateRequest } {
  const spec = plugin ?? driverNamed(String(flags['driver']));
  refuseForeignOptions(spec, allDrivers(), typed);
  const { options, secrets } = driverOptions(spec, flags, typed);
  const each = optionsOfEach(names, spec, options);
  const { engine, tlsSans } = engineOptions(flags);
  const swarm = swarmOptions(flags);
  const transport = flags['transport'] === 'ssh' ? 'ssh' : 'tls';
  const swarmWithinMs = Number(flags['swarm-timeout']) * 1000;
  return {
    spec,
    ...(swarm ? { swarm } : {}),
    wishes: (name, now) => {
      const machine = planMachine({
        name,
        spec,
        options: each.get(name) ?? options,
        engine,
        swarm,
        tlsSans,
        transport,
        now,
      });
      return { machine, secrets, swarmWithinMs };
    },
  };
}

/**
 * The options for each of several names: alike but for those of which every machine has its own value.
 * @throws MachineError BadUsage when the driver's options describe one machine, or there are not as many values as names
 */
function optionsOfEach(
  names: readonly MachineName[],
  spec: AnyDriverSpec,
  options: OptionValues,
): ReadonlyMap<MachineName, OptionValues> {
  if (names.length === 1) return new Map();
  const own = Object.entries(spec.options).flatMap(([key, option]) =>
    option.kind === 'string' && option.perMachine ? [key] : [],
  );
  if (own.length === 0 && !spec.features.plantsKeys && !spec.features.powers) {
    throw new MachineError(
      'BadUsage',
      `the options of the driver ${spec.name} describe one machine, got ${names.length} names`,
    );
  }
  const values = own.map((key) => ({ key, parts: partsFor(names.length, flagName(spec, key), options[key]) }));
  return new Map(
    names.map((name, index) => [
      name,
      { ...options, ...Object.fromEntries(values.map(({ key, parts }) => [key, parts[index] ?? ''])) },
    ]),
  );
}

function partsFor(count: number, flag: string, value: OptionValues[string]): readonly string[] {
  const parts = listOf(String(value)) ?? [];
  if (parts.length === count) return parts;
  throw new MachineError('BadUsage', `option --${flag} wants a value for each of ${count} names, got ${parts.length}`);
}

/** @throws MachineError DriverNotFound */
export function driverNamed(name: string): AnyDriverSpec {
  const spec = findDriver(name === 'local' ? localDriver().driver : name);
  if (spec) return spec;
  throw driverNotFound(name);
}
