import type { Interfaces } from '@oclif/core';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import { closeTo } from './close-words.js';
import { driverFlags } from './driver-flags.js';

/** The flags of a command as the parser would have them, and which of them were given. */
export interface GivenFlags {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly typed: ReadonlySet<string>;
}

export interface Section {
  /** As it begins messages: `machine "web"`. */
  readonly title: string;
  /** Keys and values as the file has them. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly spec: AnyDriverSpec;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the keys of a file as the flags they are named after; a driver's own may go without its prefix. Flags that are not given
 * have the environment's value or their default, as on a command line.
 * @throws MachineError BadOption for keys that are no flags, and values of another type
 */
export async function flagsOf(section: Section, known: Interfaces.FlagInput): Promise<GivenFlags> {
  const { spec, values, environment, title } = section;
  const all: Interfaces.FlagInput = { ...known, ...driverFlags([spec]) };
  const flags: Record<string, unknown> = {};
  const typed = new Set<string>();
  for (const [key, value] of Object.entries(values)) {
    const name = [key, `${spec.name}-${key}`].find((word) => Object.hasOwn(all, word));
    if (name === undefined) throw unknownKey(key, section, Object.keys(all));
    refuseSecret(name, section);
    flags[name] = await valueOf(value, { name, flag: all[name], title });
    typed.add(name);
  }
  for (const [name, { env, default: usual, ...flag }] of Object.entries(all)) {
    if (typed.has(name)) continue;
    const text = env === undefined ? undefined : environment[env];
    flags[name] = text
      ? await valueOf(flag.type === 'boolean' ? isTrue(text) : text, { name, flag: all[name], title })
      : usual;
  }
  return { flags, typed };
}

interface Target {
  readonly name: string;
  readonly flag: Interfaces.FlagInput[string] | undefined;
  readonly title: string;
}

async function valueOf(value: unknown, { name, flag, title }: Target): Promise<unknown> {
  const refuse = (wanted: string): MachineError =>
    new MachineError('BadOption', `${title}: ${name} wants ${wanted}, got ${JSON.stringify(value)}`);
  if (!flag || flag.type === 'boolean') {
    if (typeof value !== 'boolean') throw refuse('true or false');
    return value;
  }
  const texts = (Array.isArray(value) ? (value as unknown[]) : [value]).map((item) => {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') return String(item);
    throw refuse(flag.multiple === true ? 'a list of texts' : 'a text or a number');
  });
  if (flag.multiple === true) return texts;
  const [text = ''] = texts;
  if (texts.length !== 1) throw refuse('one value');
  if (flag.options && !flag.options.includes(text)) throw refuse(`one of ${flag.options.join(', ')}`);
  return (flag as { parse: (text: string, context: unknown, flag: unknown) => Promise<unknown> }).parse(text, {}, flag);
}

function isTrue(text: string): boolean {
  return ['true', '1', 'yes'].includes(text.toLowerCase());
}

function unknownKey(key: string, { title, spec }: Section, known: readonly string[]): MachineError {
  const plain = known.map((name) => (name.startsWith(`${spec.name}-`) ? name.slice(spec.name.length + 1) : name));
  const [meant] = closeTo(key, plain);
  return new MachineError('BadOption', `${title}: no flag is called ${JSON.stringify(key)}`, {
    suggestions: [...(meant === undefined ? [] : [`Write ${meant}`]), `berth create -d ${spec.name} --help`],
  });
}

/** A file goes into a repository; a secret does not. */
function refuseSecret(name: string, { spec, title }: Section): void {
  const option = spec.options[name.slice(spec.name.length + 1)];
  if (option?.kind !== 'string' || option.secret !== true) return;
  throw new MachineError('BadOption', `${title}: ${name} is a secret, which no file should hold`, {
    suggestions: option.env === undefined ? [] : [`Set the environment variable ${option.env}`],
  });
}
