import { floatBytes, intBytes, uintBytes, withLength } from './bytes.js';
import { BASIC_IDS, KNOWN_TYPES, WIRE_TYPE_ID, type BasicKind, type WireType } from './types.js';
import { definitionOf, type DefinedType } from './wire-type.js';

/** A type of ours, as it is written down in the program. */
export type GobType =
  | BasicKind
  | { readonly kind: 'array'; readonly elem: GobType; readonly length: number }
  | { readonly kind: 'slice'; readonly elem: GobType }
  | { readonly kind: 'map'; readonly key: GobType; readonly elem: GobType }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: Readonly<Record<string, GobType>> };

/** A value to write; what is absent or undefined is Go's zero value. */
export type GobData =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Buffer
  | readonly GobData[]
  | ReadonlyMap<GobData, GobData>
  | TypedData
  | { readonly [field: string]: GobData };
/** The value of an interface: its type and the name under which the other side has registered it. */
export class TypedData {
  constructor(
    readonly name: string,
    readonly type: GobType,
    readonly data: GobData,
  ) {}
}

/** Go's encoder numbers the types of a program from here. */
const FIRST_ID = 65;

/** Writes values of one gob stream. Definitions go out once, all of them before the value that needs them. */
export class GobEncoder {
  readonly #types = new Map(KNOWN_TYPES);
  readonly #ids = new Map<GobType, number>(Object.entries(BASIC_IDS) as [BasicKind, number][]);
  #nextId = FIRST_ID;
  #definitions: Buffer[] = [];

  /** The messages of one value. @throws Error where the data does not fit the type: a bug of ours */
  encode(type: GobType, data: GobData): Buffer {
    this.#definitions = [];
    const id = this.#idOf(type);
    const value = withLength(Buffer.concat([intBytes(id), this.#single(id, data)]));
    return Buffer.concat([...this.#definitions, value]);
  }

  #idOf(type: GobType): number {
    const known = this.#ids.get(type);
    if (known !== undefined) return known;
    if (typeof type === 'string') throw new Error(`no basic type is called ${type}`);
    const id = this.#nextId;
    this.#nextId += 1;
    this.#ids.set(type, id);
    const wireType = this.#wireTypeOf(type);
    this.#types.set(id, wireType);
    const definition = this.#value(WIRE_TYPE_ID, definitionOf(wireType, id));
    this.#definitions.push(withLength(Buffer.concat([intBytes(-id), definition])));
    return id;
  }

  #wireTypeOf(type: Exclude<GobType, string>): DefinedType {
    switch (type.kind) {
      case 'array':
        return { kind: 'array', elem: this.#idOf(type.elem), length: type.length };
      case 'slice':
        return { kind: 'slice', elem: this.#idOf(type.elem) };
      case 'map':
        return { kind: 'map', key: this.#idOf(type.key), elem: this.#idOf(type.elem) };
      case 'struct': {
        const fields = Object.entries(type.fields).map(([name, field]) => ({ name, id: this.#idOf(field) }));
        return { kind: 'struct', name: type.name, fields };
      }
    }
  }

  #single(id: number, data: GobData): Buffer {
    const value = this.#value(id, data);
    return this.#types.get(id)?.kind === 'struct' ? value : Buffer.concat([uintBytes(0), value]);
  }

  #value(id: number, data: GobData): Buffer {
    const type = this.#types.get(id);
    switch (type?.kind) {
      case 'struct':
        return this.#struct(type, (data ?? {}) as Readonly<Record<string, GobData>>);
      case 'map': {
        const entries = data === undefined || data === null ? [] : [...(data as ReadonlyMap<GobData, GobData>)];
        const items = entries.flatMap(([key, elem]) => [this.#value(type.key, key), this.#value(type.elem, elem)]);
        return Buffer.concat([uintBytes(entries.length), ...items]);
      }
      case 'array':
      case 'slice': {
        const items = (data ?? []) as readonly GobData[];
        return Buffer.concat([uintBytes(items.length), ...items.map((item) => this.#value(type.elem, item))]);
      }
      case 'interface':
        return data instanceof TypedData ? this.#interface(data) : uintBytes(0);
      case undefined:
        throw new Error(`no type has the id ${id}`);
      case 'bool':
      case 'int':
      case 'uint':
      case 'float':
      case 'complex':
      case 'string':
      case 'bytes':
      case 'opaque':
        return plain(type.kind, data);
    }
  }

  #struct({ fields }: Extract<WireType, { kind: 'struct' }>, data: Readonly<Record<string, GobData>>): Buffer {
    const parts: Buffer[] = [];
    let last = -1;
    for (const [number, { name, id }] of fields.entries()) {
      const value = data[name];
      if (isZero(value)) continue;
      parts.push(uintBytes(number - last), this.#value(id, value));
      last = number;
    }
    return Buffer.concat([...parts, uintBytes(0)]);
  }

  #interface({ name, type, data }: TypedData): Buffer {
    const id = this.#idOf(type);
    return Buffer.concat([withLength(Buffer.from(name)), intBytes(id), withLength(this.#single(id, data))]);
  }
}

/** What Go leaves out of a struct. */
function isZero(data: GobData): boolean {
  if (data === undefined || data === null || data === false || data === 0 || data === 0n || data === '') return true;
  if (Buffer.isBuffer(data) || Array.isArray(data)) return data.length === 0;
  return data instanceof Map && data.size === 0;
}

function plain(kind: WireType['kind'], data: GobData): Buffer {
  if (kind === 'bool' && (typeof data === 'boolean' || data === undefined)) return uintBytes(data ? 1 : 0);
  if (kind === 'string' && typeof data === 'string') return withLength(Buffer.from(data));
  if (kind === 'bytes' && Buffer.isBuffer(data)) return withLength(data);
  if (kind === 'float' && typeof data === 'number') return floatBytes(data);
  if (typeof data === 'number' || typeof data === 'bigint') {
    if (kind === 'int') return intBytes(data);
    if (kind === 'uint') return uintBytes(data);
  }
  throw new Error(`${typeof data} is no ${kind}`);
}
