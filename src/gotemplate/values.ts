import { toBytes } from './bytes.js';
import type { Json } from '../record.js';

/** Values as Go's reflection shows them to a template; strings and names of entries in bytes. */
export type Value =
  /** Go's zero reflect.Value: what a missing key and an untyped nil give. */
  | { readonly kind: 'none' }
  /** An `interface {}` and what is in it; undefined is nil. */
  | { readonly kind: 'any'; readonly of: Concrete | undefined }
  | Concrete;

export type Concrete =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly type: 'int' | 'uint8' | 'time.Duration'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly type: 'string' | 'state.State'; readonly value: string }
  /** Undefined items: a nil slice. */
  | { readonly kind: 'slice'; readonly type: string; readonly items: readonly Value[] | undefined }
  /** Entries in the order of their names' bytes. */
  | { readonly kind: 'map'; readonly type: string; readonly entries: ReadonlyMap<string, Value> }
  /** Fields in their order. */
  | { readonly kind: 'struct'; readonly type: string; readonly fields: ReadonlyMap<string, Value> }
  /** Undefined: nil. */
  | { readonly kind: 'pointer'; readonly type: string; readonly of: Concrete | undefined };

export const NONE: Value = { kind: 'none' };
export const ANY = 'interface {}';

/** JSON as Go decodes it without a type: every number a float, every object a map. */
export function fromJson(json: Json | undefined): Concrete | undefined {
  if (json === null || json === undefined) return undefined;
  if (typeof json === 'boolean') return { kind: 'bool', value: json };
  if (typeof json === 'number') return { kind: 'float', value: json };
  if (typeof json === 'string') return string(json);
  if (isList(json))
    return { kind: 'slice', type: `[]${ANY}`, items: json.map((item) => ({ kind: 'any', of: fromJson(item) })) };
  const entries = Object.entries(json).map(([key, item]): [string, Value] => [
    toBytes(key),
    { kind: 'any', of: fromJson(item) },
  ]);
  return { kind: 'map', type: `map[string]${ANY}`, entries: sorted(entries) };
}

function isList(json: object): json is readonly Json[] {
  return Array.isArray(json);
}

export function sorted(entries: readonly (readonly [string, Value])[]): ReadonlyMap<string, Value> {
  return new Map([...entries].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)));
}

/** A struct of the named type, from its fields in their order. */
export function structure(type: string, fields: readonly (readonly [string, Value])[]): Concrete {
  return { kind: 'struct', type, fields: new Map(fields) };
}

/** A `[]string`; undefined is nil. */
export function texts(items: readonly string[] | undefined): Concrete {
  return { kind: 'slice', type: '[]string', items: items?.map(string) };
}

export function string(text: string): Extract<Concrete, { kind: 'string' }> {
  return { kind: 'string', type: 'string', value: toBytes(text) };
}

export function bytes(value: string): Concrete {
  return { kind: 'string', type: 'string', value };
}

export function int(value: number | bigint): Concrete {
  return { kind: 'int', type: 'int', value: BigInt(value) };
}

export function bool(value: boolean): Concrete {
  return { kind: 'bool', value };
}

/** Go's name of the value's type. */
export function typeOf(value: Exclude<Value, { kind: 'none' }>): string {
  switch (value.kind) {
    case 'any':
      return ANY;
    case 'bool':
      return 'bool';
    case 'float':
      return 'float64';
    case 'int':
    case 'string':
    case 'slice':
    case 'map':
    case 'struct':
    case 'pointer':
      return value.type;
  }
}

/** What is in an interface; of a nil one nothing. */
export function unwrap(value: Value): Concrete | { readonly kind: 'none' } {
  if (value.kind !== 'any') return value;
  return value.of ?? { kind: 'none' };
}

/** What interfaces and pointers lead to; the last one itself where it is nil. */
export function indirect(value: Value): { value: Value; isNil: boolean } {
  let last = value;
  while (last.kind === 'any' || last.kind === 'pointer') {
    if (last.of === undefined) return { value: last, isNil: true };
    last = last.of;
  }
  return { value: last, isNil: false };
}

export function isTrue(value: Value): boolean {
  switch (value.kind) {
    case 'none':
      return false;
    case 'any':
      return value.of !== undefined && isTrue(value.of);
    case 'pointer':
      return value.of !== undefined;
    case 'bool':
      return value.value;
    case 'int':
      return value.value !== 0n;
    case 'float':
      // NaN is not zero.
      return value.value !== 0;
    case 'string':
      return value.value !== '';
    case 'slice':
      return (value.items?.length ?? 0) > 0;
    case 'map':
      return value.entries.size > 0;
    case 'struct':
      return true;
  }
}
