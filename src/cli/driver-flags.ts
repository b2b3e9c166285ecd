import { Flags, type Interfaces } from '@oclif/core';
import type { AnyDriverSpec, OptionSpec, OptionTable } from '../driver.js';
import { MachineError } from '../errors.js';
import type { OptionValues } from '../record.js';
import { parseFlag, type FlagShapes } from './go-flags.js';

/** The flag of a driver's option, without dashes. */
export function flagName(spec: Pick<AnyDriverSpec, 'name' | 'options'>, key: string): string {
  return spec.options[key]?.flag ?? `${spec.name}-${key}`;
}

/** The flags of every driver, grouped in help under its title. */
export function driverFlags(
  drivers: readonly Pick<AnyDriverSpec, 'name' | 'title' | 'options'>[],
): Interfaces.FlagInput {
  const flags: Interfaces.FlagInput = {};
  for (const spec of drivers) {
    for (const [key, option] of Object.entries(spec.options)) {
      flags[flagName(spec, key)] = flagOf(flagName(spec, key), option, spec.title.toUpperCase());
    }
  }
  return flags;
}

/** The driver that the words of a create choose, wherever it stands among them; '' for none. */
export function chosenDriver(words: readonly string[], shapes: FlagShapes): string {
  let chosen = '';
  for (let at = 0; at < words.length && words[at] !== '--'; at += 1) {
    const flag = parseFlag(words[at] ?? '', shapes);
    if (flag?.type !== 'option') continue;
    const value = flag.value ?? words[(at += 1)] ?? '';
    if (flag.name === 'driver') chosen = value;
  }
  return chosen;
}

/** Options of a driver binary whose flags berth has itself, with another meaning, keep their defaults. */
export function withoutTaken(options: OptionTable, driver: string, taken: ReadonlySet<string>): OptionTable {
  const isFree = ([key, { flag }]: [string, OptionSpec]): boolean => !taken.has(flag ?? `${driver}-${key}`);
  return Object.fromEntries(Object.entries(options).filter(isFree));
}

/** Values of one driver's options out of all parsed flags, secrets apart. `typed`: flags that stood on the command line. */
export function driverOptions(
  spec: AnyDriverSpec,
  flags: Readonly<Record<string, unknown>>,
  typed: ReadonlySet<string>,
): { options: OptionValues; secrets: Record<string, string> } {
  const options: Record<string, OptionValues[string]> = {};
  const secrets: Record<string, string> = {};
  for (const [key, option] of Object.entries(spec.options)) {
    const name = flagName(spec, key);
    const given = option.kind === 'list' ? listOf(flags[name]) : flags[name];
    const value = (given ?? absentValue(option)) as OptionValues[string];
    if (value === undefined || value === '') {
      if (option.kind === 'string' && option.required) {
        throw new MachineError('BadOption', `driver ${spec.name} requires the option --${name}`, envAdvice(option));
      }
      continue;
    }
    if (option.kind === 'string' && option.secret) {
      // What came from the environment is there again next time, and is better not written down.
      if (typed.has(name)) secrets[key] = String(value);
    } else options[key] = value;
  }
  return { options, secrets };
}

/** @throws MachineError BadOption when an option of another driver stands on the command line */
export function refuseForeignOptions(
  spec: AnyDriverSpec,
  drivers: readonly AnyDriverSpec[],
  typed: ReadonlySet<string>,
): void {
  for (const other of drivers) {
    const foreign =
      other.name === spec.name ? undefined : Object.keys(other.options).find((key) => typed.has(flagName(other, key)));
    if (foreign !== undefined) {
      throw new MachineError(
        'BadOption',
        `option --${flagName(other, foreign)} belongs to the driver ${other.name}, not to ${spec.name}`,
        {
          suggestions: [`Add --driver ${other.name}`],
        },
      );
    }
  }
}

function flagOf(name: string, option: OptionSpec, helpGroup: string): Interfaces.FlagInput[string] {
  const shared = { description: option.help, helpGroup, ...(option.env === undefined ? {} : { env: option.env }) };
  switch (option.kind) {
    case 'boolean':
      return Flags.boolean({ ...shared, ...(option.default === undefined ? {} : { default: option.default }) });
    case 'integer':
      return Flags.custom<number>({
        ...shared,
        helpValue: '<n>',
        ...(option.default === undefined ? {} : { default: option.default }),
        parse: async (text) => parseInteger(text, name, option),
      })();
    case 'list':
      return Flags.string({
        ...shared,
        multiple: true,
        multipleNonGreedy: true,
        ...(option.default?.length ? { default: [...option.default] } : {}),
      });
    case 'string':
      return Flags.string({
        ...shared,
        ...(option.default === undefined ? {} : { default: option.default }),
        ...(option.choices ? { options: [...option.choices] } : {}),
      });
  }
}

/** Of a list in the environment oclif hands over the whole text; it is parted at commas, as docker-machine does. */
export function listOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return value as readonly string[] | undefined;
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Go's integer literals, as docker-machine took them: decimal, 0x and a leading 0 for octal. */
export function parseInteger(
  text: string,
  name: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number },
): number {
  const value = /^0[0-7]+$/.test(text)
    ? Number.parseInt(text, 8)
    : /^(0[xX][0-9a-fA-F]+|-?(0|[1-9]\d*))$/.test(text)
      ? Number(text)
      : Number.NaN;
  if (Number.isNaN(value) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `${min} to ${max}`;
    throw new MachineError('BadOption', `option --${name} wants ${range}, got "${text}"`);
  }
  return value;
}

function absentValue(option: OptionSpec): OptionValues[string] {
  if (option.kind === 'list') return option.default ?? [];
  return option.kind === 'boolean' ? (option.default ?? false) : option.default;
}

function envAdvice({ env }: OptionSpec): { suggestions?: string[] } {
  return env === undefined ? {} : { suggestions: [`Or set the environment variable ${env}`] };
}
