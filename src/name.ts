import { MachineError } from './errors.js';
import { order } from './order.js';

/** A name that was checked; the only way to get one is parseName. */
export type MachineName = string & { readonly __brand: 'MachineName' };

/** docker-machine's own rule; it also keeps `.`, `..`, slashes, blanks and control characters out of paths. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9.-]*$/;
/** A host name as a whole has at most 253 characters (RFC 1123 with RFC 1035 §2.3.4). */
const LONGEST = 253;
/** The kernel's limit for a host name is 64 (uname(2)); one label has at most 63 (RFC 1035 §2.3.4). */
const LONGEST_NEW = 63;
/** An error's message is one line of about 100 characters. */
const LONGEST_SHOWN = 16;

/** @throws MachineError BadName when the text cannot be a machine's name */
export function parseName(text: string): MachineName {
  if (text === '') throw badName('a machine name cannot be empty');
  if (text.length > LONGEST) {
    throw badName(`a machine name has at most ${LONGEST} characters, got ${text.length}`);
  }
  if (!NAME.test(text)) {
    throw badName(`a machine name has only a-z, A-Z, 0-9, "-", "." and a letter or digit first, got ${quote(text)}`);
  }
  return text as MachineName;
}

/** As parseName, and short enough to become the host name of a new machine. */
export function parseNewName(text: string): MachineName {
  const name = parseName(text);
  if (name.length > LONGEST_NEW) {
    throw badName(`the name of a new machine has at most ${LONGEST_NEW} characters, got ${name.length}`);
  }
  return name;
}

/**
 * As people count: m2 before m10, whatever the case. By hand, since the language's own comparison first loads its tables, which
 * takes longer than all else that is done with sixty names.
 */
export function inNaturalOrder(names: readonly MachineName[]): MachineName[] {
  const keyed = names.map((name) => [orderingKey(name), name] as const);
  // Names that differ only in case or in leading zeros keep one order.
  return keyed.sort(([key, name], [other, its]) => order(key, other) || order(name, its)).map(([, name]) => name);
}

/** Numbers with as many digits as they have in front: the longer one is the larger one. */
function orderingKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/0*(\d+)/g, (_, digits: string) => `${String(digits.length).padStart(3, '0')}${digits}`);
}

export function badName(message: string): MachineError {
  return new MachineError('BadName', message);
}

/** What cannot be seen is shown escaped, so that a name cannot draw on the terminal; what is long is cut. */
export function quote(text: string): string {
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return JSON.stringify(cut).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
