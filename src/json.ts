import type { JsonObject } from './record.js';

/** Whether a value out of JSON, YAML or somebody's answer has names with values. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
