import { MachineError } from '../../errors.js';

/** What a type is on the wire of Go's encoding/gob; the numbers are type ids, each direction of a stream has its own. */
export type WireType =
  | { readonly kind: BasicKind }
  /** Types that encode themselves (GobEncoder and its kin): bytes whose meaning only they know. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'array'; readonly elem: number; readonly length: number }
  | { readonly kind: 'slice'; readonly elem: number }
  | { readonly kind: 'map'; readonly key: number; readonly elem: number }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly WireField[] };
export interface WireField {
  readonly name: string;
  readonly id: number;
}

/** Ids of encoding/gob for what needs no definition. */
export const BASIC_IDS = { bool: 1, int: 2, uint: 3, float: 4, bytes: 5, string: 6, complex: 7, interface: 8 } as const;
export type BasicKind = keyof typeof BASIC_IDS;

/** A value as it was read; fields with Go's zero value are absent, as they are on the wire. */
export type GobValue =
  null | boolean | number | bigint | string | Buffer | readonly GobValue[] | GobMap | GobStruct | GobAny;
export type GobMap = ReadonlyMap<GobValue, GobValue>;
/** Has no prototype: its keys come from the other side. */
export interface GobStruct {
  readonly [field: string]: GobValue | undefined;
}
/** The value of an interface under the name its type was registered with; null where the interface is nil. */
export class GobAny {
  constructor(
    readonly name: string,
    readonly value: GobValue,
  ) {}
}

export function isStruct(value: GobValue | undefined): value is GobStruct {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/** The id under which a definition itself is sent: encoding/gob's wireType. */
export const WIRE_TYPE_ID = 16;
/** The first id that encoding/gob gives to a type of a program. */
export const FIRST_USER_ID = 64;

const { int, string } = BASIC_IDS;
const COMMON: WireField = { name: 'CommonType', id: 18 };

function struct(...fields: readonly WireField[]): WireType {
  return { kind: 'struct', name: '', fields };
}

/** What both sides know from the start: the basic types and the types that definitions are made of. */
export const KNOWN_TYPES: ReadonlyMap<number, WireType> = new Map<number, WireType>([
  ...(Object.entries(BASIC_IDS) as [BasicKind, number][]).map(([kind, id]): [number, WireType] => [id, { kind }]),
  [
    WIRE_TYPE_ID,
    struct(
      { name: 'ArrayT', id: 17 },
      { name: 'SliceT', id: 19 },
      { name: 'StructT', id: 20 },
      { name: 'MapT', id: 23 },
      { name: 'GobEncoderT', id: 24 },
      { name: 'BinaryMarshalerT', id: 24 },
      { name: 'TextMarshalerT', id: 24 },
    ),
  ],
  [17, struct(COMMON, { name: 'Elem', id: int }, { name: 'Len', id: int })],
  [18, struct({ name: 'Name', id: string }, { name: 'Id', id: int })],
  [19, struct(COMMON, { name: 'Elem', id: int })],
  [20, struct(COMMON, { name: 'Field', id: 22 })],
  [21, struct({ name: 'Name', id: string }, { name: 'Id', id: int })],
  [22, { kind: 'slice', elem: 21 }],
  [23, struct(COMMON, { name: 'Key', id: int }, { name: 'Elem', id: int })],
  [24, struct(COMMON)],
]);

/** What one side may ask of the other's memory and patience. Real drivers stay far below. */
export const LIMITS = {
  messageBytes: 4 * 1024 * 1024,
  /** All messages that one value is spread over. */
  valueBytes: 8 * 1024 * 1024,
  /** Numbers, strings, structs … within one value. */
  parts: 100_000,
  nesting: 48,
  types: 512,
  fieldsOfType: 256,
} as const;

export function malformed(fact: string): MachineError {
  return new MachineError('DriverFailed', `malformed gob: ${fact}`);
}
