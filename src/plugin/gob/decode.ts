import { ByteReader } from './bytes.js';
import { FIRST_USER_ID, GobAny, KNOWN_TYPES, LIMITS, malformed, WIRE_TYPE_ID } from './types.js';
import type { GobStruct, GobValue, WireType } from './types.js';
import { wireTypeOf } from './wire-type.js';

/**
 * Reads the values of one gob stream, whatever their types: each stream brings their definitions along.
 * Every claim of the other side is checked against what is there before anything is made from it.
 */
export class GobDecoder {
  readonly #nextMessage: () => Promise<Buffer | undefined>;
  readonly #types = new Map(KNOWN_TYPES);
  #reader = new ByteReader(Buffer.alloc(0));
  #bytesLeft = 0;
  #partsLeft = 0;

  /** `nextMessage` is undefined once the stream has ended. */
  constructor(nextMessage: () => Promise<Buffer | undefined>) {
    this.#nextMessage = nextMessage;
  }

  /** The next value; undefined at the end of the stream. @throws MachineError DriverFailed */
  async next(): Promise<GobValue | undefined> {
    this.#reader = new ByteReader(Buffer.alloc(0));
    this.#bytesLeft = LIMITS.valueBytes;
    this.#partsLeft = LIMITS.parts;
    const id = await this.#typeOfValue({ inInterface: false });
    return id === undefined ? undefined : this.#single(id, 0);
  }

  /** Takes in the definitions that stand before a value. A message may end after each of them, even within a value. */
  async #typeOfValue({ inInterface }: { inInterface: boolean }): Promise<number | undefined> {
    for (let defined = 0; ; defined += 1) {
      if (this.#reader.left === 0 && !(await this.#refill())) {
        if (inInterface || defined > 0) throw malformed('the stream ends within a value');
        return undefined;
      }
      const id = this.#reader.id();
      if (id >= 0) return id;
      await this.#define(-id);
      if (this.#reader.left === 0) continue;
      if (!inInterface) throw malformed('a definition with more behind it');
      // The length of what follows: known already from the message that holds it.
      this.#reader.size();
    }
  }

  async #refill(): Promise<boolean> {
    const message = await this.#nextMessage();
    if (message === undefined) return false;
    this.#bytesLeft -= message.length;
    if (this.#bytesLeft < 0) throw malformed(`a value of more than ${LIMITS.valueBytes} bytes`);
    this.#reader = new ByteReader(message);
    return true;
  }

  async #define(id: number): Promise<void> {
    if (id < FIRST_USER_ID) throw malformed(`a definition of the reserved type ${id}`);
    if (this.#types.has(id)) throw malformed(`a second definition of type ${id}`);
    if (this.#types.size - KNOWN_TYPES.size >= LIMITS.types) throw malformed(`more than ${LIMITS.types} types`);
    this.#types.set(id, wireTypeOf(await this.#value(WIRE_TYPE_ID, 0)));
  }

  /** A value that stands for itself: all but structs have a zero before them there. */
  async #single(id: number, depth: number): Promise<GobValue> {
    if (this.#typeOf(id).kind !== 'struct' && this.#reader.size() !== 0) throw malformed('no zero before a value');
    return this.#value(id, depth);
  }

  async #value(id: number, depth: number): Promise<GobValue> {
    if (depth > LIMITS.nesting) throw malformed(`more than ${LIMITS.nesting} levels`);
    const type = this.#typeOf(id);
    this.#count();
    const reader = this.#reader;
    switch (type.kind) {
      case 'bool':
        return reader.uint() !== 0;
      case 'int':
        return reader.int();
      case 'uint':
        return reader.uint();
      case 'float':
        return reader.float();
      case 'complex':
        return [reader.float(), reader.float()];
      case 'string':
        return reader.text();
      case 'bytes':
      case 'opaque':
        return reader.bytes();
      case 'interface':
        return this.#interface(depth + 1);
      case 'struct':
        return this.#struct(type, depth + 1);
      case 'map':
        return this.#map(type, depth + 1);
      case 'array':
      case 'slice':
        return this.#list(type, depth + 1);
    }
  }

  async #interface(depth: number): Promise<GobValue> {
    const name = this.#reader.text();
    if (name === '') return null;
    const id = await this.#typeOfValue({ inInterface: true });
    // Its length in bytes serves only those who skip it.
    this.#reader.size();
    return new GobAny(name, await this.#single(id ?? 0, depth));
  }

  async #struct({ fields }: Extract<WireType, { kind: 'struct' }>, depth: number): Promise<GobValue> {
    const struct = Object.create(null) as Record<string, GobValue> & GobStruct;
    let number = -1;
    for (let step = this.#reader.size(); step !== 0; step = this.#reader.size()) {
      number += step;
      const field = fields[number];
      if (!field) throw malformed(`field ${number} of a struct that has ${fields.length}`);
      struct[field.name] = await this.#value(field.id, depth);
    }
    return struct;
  }

  async #map({ key, elem }: Extract<WireType, { kind: 'map' }>, depth: number): Promise<GobValue> {
    const map = new Map<GobValue, GobValue>();
    for (let left = this.#reader.size(); left > 0; left -= 1)
      map.set(await this.#value(key, depth), await this.#value(elem, depth));
    return map;
  }

  /** Grows as its items are read: a huge count that is only claimed ends with the message. */
  async #list(type: Extract<WireType, { kind: 'array' | 'slice' }>, depth: number): Promise<GobValue> {
    const count = this.#reader.size();
    if (type.kind === 'array' && count !== type.length)
      throw malformed(`${count} items of an array that has ${type.length}`);
    const items: GobValue[] = [];
    while (items.length < count) items.push(await this.#value(type.elem, depth));
    return items;
  }

  #typeOf(id: number): WireType {
    const type = this.#types.get(id);
    if (!type) throw malformed(`a value of the unknown type ${id}`);
    return type;
  }

  #count(): void {
    this.#partsLeft -= 1;
    if (this.#partsLeft < 0) throw malformed(`a value of more than ${LIMITS.parts} parts`);
  }
}
