import type { OptionSpec } from '../driver.js';
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
      return (typeof value === 'string' ? value : '') || spec.default;
  }
}
