import { isObject } from '../json.js';
import type { Json, JsonObject } from '../record.js';

/** Go matches keys whatever their case, so stores hold both `ApiKey` and `APIKey`. */
export function field(object: JsonObject, key: string): Json | undefined {
  if (key in object) return object[key];
  const lower = key.toLowerCase();
  const actual = Object.keys(object).find((candidate) => candidate.toLowerCase() === lower);
  return actual === undefined ? undefined : object[actual];
}

export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = field(object, key);
  return isObject(value) ? value : {};
}

export function textAt(object: JsonObject, key: string): string {
  const value = field(object, key);
  return typeof value === 'string' ? value : '';
}

export function numberAt(object: JsonObject, key: string): number {
  const value = field(object, key);
  return typeof value === 'number' ? value : 0;
}

export function textsAt(object: JsonObject, key: string): string[] {
  const value = field(object, key);
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/**
 * An object with the template's keys in its order, then everything else the old one holds. A key of the template takes the
 * value that is `set`, else the old one, else the template's.
 */
export function overlay(template: JsonObject, old: JsonObject, set: JsonObject): JsonObject {
  const result: Record<string, Json | undefined> = {};
  for (const [key, standard] of Object.entries(template)) result[key] = set[key] ?? field(old, key) ?? standard;
  const known = new Set(Object.keys(template).map((key) => key.toLowerCase()));
  for (const [key, value] of Object.entries(old)) if (!known.has(key.toLowerCase())) result[key] = value;
  return result;
}

/** The driver's part as Go would decode it: `stored['SSHUser']` finds `sshuser` too. */
export function caseless(stored: JsonObject): JsonObject {
  return new Proxy(stored, {
    get: (target, key) => (typeof key === 'string' ? field(target, key) : undefined),
    has: (target, key) => typeof key === 'string' && field(target, key) !== undefined,
  });
}
