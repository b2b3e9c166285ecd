import { MachineError } from '../errors.js';
import { isObject } from '../json.js';
import type { JsonObject } from '../record.js';
import { caseless, objectAt, textAt } from './fields.js';
import type { FindDriver } from './schema.js';

/** Reads a secrets.json; its words never get into a message. @throws MachineError StoreCorrupt */
export function parseSecrets(text: string, path: string): Readonly<Record<string, string>> {
  const secrets = parse(text);
  if (secrets) return secrets;
  throw new MachineError('StoreCorrupt', `cannot read ${path}: it does not hold texts by name`, {
    suggestions: ['Mend that file by hand: {"access-token": "…"} is its form'],
  });
}

/** docker-machine kept secrets in the record itself, and what it made has to be removed with them. */
export function formerSecrets(document: JsonObject, find: FindDriver): Readonly<Record<string, string>> {
  return find(textAt(document, 'DriverName'))?.storedSecrets?.(caseless(objectAt(document, 'Driver'))) ?? {};
}

function parse(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) && Object.values(parsed).every((value) => typeof value === 'string')
      ? (parsed as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}
