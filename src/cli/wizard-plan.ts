import type { AnyDriverSpec, OptionSpec } from '../driver.js';
import { quoteWord } from '../template.js';
import { flagName } from './driver-flags.js';

/** What was answered so far. */
export interface Answers {
  readonly driver?: AnyDriverSpec;
  /** By the keys of the driver's options, as text; '' where the default is left to stand. */
  readonly options: Readonly<Record<string, string>>;
  readonly name?: string;
  /** All that stood here before a question was opened again: suggested where it is asked once more. */
  readonly former?: Answers;
}

export type Question =
  | { readonly about: 'driver' }
  | { readonly about: 'option'; readonly key: string; readonly option: OptionSpec }
  | { readonly about: 'name' };

/** What to ask next; undefined once nothing is left to ask. */
export function nextQuestion({ driver, options, name }: Answers): Question | undefined {
  if (!driver) return { about: 'driver' };
  const key = keysOf(driver).find((one) => !(one in options));
  const option = key === undefined ? undefined : driver.options[key];
  if (key !== undefined && option) return { about: 'option', key, option };
  return name === undefined ? { about: 'name' } : undefined;
}

/** What was answered, in the order of the questions. */
export function answered({ driver, options, name }: Answers): readonly (readonly [Question, string])[] {
  if (!driver) return [];
  const ofOptions = Object.entries(options).flatMap(([key, answer]) => {
    const option = driver.options[key];
    return option ? [[{ about: 'option', key, option }, answer] as const] : [];
  });
  return [
    [{ about: 'driver' }, driver.name],
    ...ofOptions,
    ...(name === undefined ? [] : [[{ about: 'name' }, name] as const]),
  ];
}

/** With a question open again, and all that hang on it: each driver has its own options, a region its own sizes. */
export function reopened({ former: _former, ...given }: Answers, question: Question): Answers {
  const { driver: _driver, ...elsewhere } = given;
  if (question.about === 'driver') return { ...elsewhere, options: {}, former: given };
  const { name: _name, ...nameless } = given;
  if (question.about === 'name') return { ...nameless, former: given };
  const options = Object.entries(given.options);
  const before = options.slice(
    0,
    options.findIndex(([key]) => key === question.key),
  );
  return { ...given, options: Object.fromEntries(before), former: given };
}

/** What the driver names, and whatever cannot be left out. */
function keysOf({ asks = [], options }: AnyDriverSpec): readonly string[] {
  const required = Object.keys(options).filter((key) => isRequired(options[key]));
  return [...new Set([...asks, ...required])].filter((key) => options[key] && !isSecret(options[key]));
}

export function isRequired(option: OptionSpec | undefined): boolean {
  return option?.kind === 'string' && option.required === true;
}

function isSecret(option: OptionSpec | undefined): boolean {
  return option?.kind === 'string' && option.secret === true;
}

/** The words of `create` that say the same; secrets are never asked for, so that none is among them. */
export function wordsOf({ driver, options, name }: Answers): readonly string[] {
  if (!driver) return [];
  const given = Object.entries(options).filter(([, value]) => value !== '');
  return [
    ...['--driver', driver.name],
    // A value that begins with a dash is tied to its flag.
    ...given.flatMap(([key, value]) =>
      value.startsWith('-') ? [`--${flagName(driver, key)}=${value}`] : [`--${flagName(driver, key)}`, value],
    ),
    ...(name === undefined ? [] : [name]),
  ];
}

/** To be pasted into a POSIX shell. */
export function commandText(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** "Server type" of `server-type`. */
export function titleOf(key: string): string {
  const words = key.replaceAll('-', ' ').replace(/\b(ip|ssh|cpu)\b/g, (word) => word.toUpperCase());
  return capital(words);
}

/** An option's help as a question. */
export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** A name that no machine has: dev, dev-2, dev-3 … */
export function freeName(taken: ReadonlySet<string>): string {
  let name = 'dev';
  for (let at = 2; taken.has(name); at += 1) name = `dev-${at}`;
  return name;
}
