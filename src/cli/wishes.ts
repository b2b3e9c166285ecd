import { drivers, findDriver } from '../../drivers/index.js';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { CreateRequest } from '../lifecycle/create.js';
import { planMachine } from '../lifecycle/plan.js';
import type { SwarmOptions } from '../record.js';
import { parseNewName, type MachineName } from '../name.js';
import { driverOptions, refuseForeignOptions } from './driver-flags.js';
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
  refuseForeignOptions(spec, drivers, typed);
  const { options, secrets } = driverOptions(spec, flags, typed);
  if (names.length > 1 && !spec.features.plantsKeys && !spec.features.powers) {
    throw new MachineError(
      'BadUsage',
      `the options of the driver ${spec.name} describe one machine, got ${names.length} names`,
    );
  }
  const { engine, tlsSans } = engineOptions(flags);
  const swarm = swarmOptions(flags);
  const swarmWithinMs = Number(flags['swarm-timeout']) * 1000;
  return {
    spec,
    ...(swarm ? { swarm } : {}),
    wishes: (name, now) => {
      const machine = planMachine({ name, spec, options, engine, swarm, tlsSans, now });
      return { machine, secrets, swarmWithinMs };
    },
  };
}

/** @throws MachineError DriverNotFound */
export function driverNamed(name: string): AnyDriverSpec {
  const spec = findDriver(name === 'local' ? localDriver() : name);
  if (spec) return spec;
  throw driverNotFound(name);
}
