import { Flags, type Command, type Interfaces } from '@oclif/core';
import { allDrivers, findDriver } from '../../drivers/index.js';
import type { AnyDriverSpec, OptionSpec, OptionTable } from '../driver.js';
import { driverNotFound } from './driver-names.js';
import { chosenDriver, driverFlags, flagName } from './driver-flags.js';
import { LOCAL_DRIVERS, LOCAL_TITLE } from './local.js';
import { pluginOptions } from './program.js';
import { virtualbox } from './virtualbox.js';

type Described = Pick<AnyDriverSpec, 'name' | 'title' | 'options'>;
const DRIVER: Interfaces.FlagInput = { driver: Flags.string({ char: 'd' }) };

/** Commands that take the options of drivers. */
export const WITH_DRIVER_OPTIONS: readonly string[] = ['create', 'gc', 'swarm:create'];

/**
 * Such a command as its help shows it: with the options of the driver that the words choose, or with a list of drivers. All options
 * of all drivers at once nobody could read.
 * @throws MachineError DriverNotFound; DriverFailed, TimedOut from a driver binary
 */
export async function describedCreate(
  command: Command.Loadable,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Command.Loadable> {
  const name = chosenDriver(words, DRIVER) || environment['MACHINE_DRIVER'] || '';
  const chosen = name === '' ? undefined : await described(name, environment);
  const theirs = new Set(allDrivers().flatMap((spec) => Object.keys(spec.options).map((key) => flagName(spec, key))));
  const shared = Object.entries(command.flags).filter(([flag]) => !theirs.has(flag));
  const own = chosen ? Object.entries(driverFlags(chosen)) : [];
  const flags: Command.Loadable['flags'] = {};
  // What both have is ours: a driver's flag of the same name is never asked for.
  for (const [name, flag] of [...own, ...shared]) flags[name] = { ...flag, name };
  return {
    ...command,
    flags,
    description: `${command.description ?? ''}\n\n${chosen ? `The options of another driver: ${how(command)}` : ofDrivers(command)}`,
  };
}

function how({ id }: Command.Loadable): string {
  return `<%= config.bin %> ${id} -d DRIVER --help`;
}

function ofDrivers(command: Command.Loadable): string {
  return ['Drivers:', ...driverLines(), '', `The options of a driver: ${how(command)}`].join('\n');
}

function driverLines(): string[] {
  const rows = [
    ['local', LOCAL_TITLE],
    ...allDrivers().map(({ name, title }) => [name, title]),
    ['NAME', 'the driver binary docker-machine-driver-NAME on PATH'],
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', title]) => `  ${name.padEnd(width)}  ${title}`);
}

async function described(name: string, environment: NodeJS.ProcessEnv): Promise<readonly Described[]> {
  const own = name === 'local' ? allDrivers().filter((spec) => LOCAL_DRIVERS.includes(spec.name)) : [findDriver(name)];
  const known = own.flatMap((spec) => spec ?? []);
  if (known.length > 0) return known;
  const options = await pluginOptions(name, environment);
  if (!options && name === virtualbox.name) return [virtualbox];
  if (!options) throw driverNotFound(name);
  return [{ name, title: name, options: withoutTemplates(options) }];
}

/** oclif would run what it takes for a template in the words of a driver. */
function withoutTemplates(options: OptionTable): OptionTable {
  const plain = (text: string): string => text.replace(/<%+|%+>/g, '');
  const shown = (option: OptionSpec): OptionSpec =>
    option.kind === 'string' && option.default !== undefined
      ? { ...option, help: plain(option.help), default: plain(option.default) }
      : { ...option, help: plain(option.help) };
  return Object.fromEntries(Object.entries(options).map(([key, option]) => [key, shown(option)]));
}
