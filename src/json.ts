import type { Json, JsonObject } from './record.js';

/** Whether a value out of JSON, YAML or somebody's answer has names with values. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value has by a name; nothing where it is no object. */
export function member(value: unknown, key: string): Json | undefined {
  return isObject(value) ? value[key] : undefined;
}
