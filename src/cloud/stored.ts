import type { OptionSpec } from '../driver.js';
import { text } from './found.js';
import type { JsonObject, OptionValues } from '../record.js';

/** A field of docker-machine's record as the value of its option. What Go writes as a zero value is left to the default. */
export function storedOption(value: JsonObject[string], spec: OptionSpec): OptionValues[string] {
  switch (spec.kind) {
    case 'boolean':
      return value === true;
    case 'integer':
      return typeof value === 'number' && value !== 0 ? value : spec.default;
    case 'list':
      return Array.isArray(value) ? value.map(String) : [];
    case 'string':
      return text(value) || spec.default;
  }
}

/** A number by which a provider knows something; 0 for what is none. */
export function storedId(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** What docker-machine wrote in clear into a record, by option; `fields` names its fields. */
export function storedWords(
  stored: JsonObject,
  fields: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const found = Object.entries(fields).map(([key, field]) => [key, text(stored[field])] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}
