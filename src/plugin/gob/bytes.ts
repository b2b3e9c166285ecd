import { malformed } from './types.js';

/** Reads gob's numbers and byte strings out of one message; never beyond its end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** A bigint only where a number would lose digits. */
  uint(): number | bigint {
    const first = this.#take(1)[0] ?? 0;
    if (first < 0x80) return first;
    const size = 0x100 - first;
    if (size > 8) throw malformed(`a number of ${size} bytes`);
    const digits = this.#take(size);
    return size <= 6 ? digits.readUIntBE(0, size) : narrowed(BigInt(`0x${digits.toString('hex')}`));
  }

  int(): number | bigint {
    const folded = this.uint();
    if (typeof folded === 'number') return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    return narrowed(folded & 1n ? ~(folded >> 1n) : folded >> 1n);
  }

  /** A count, length or id; what it counts is checked by whoever reads it. */
  size(): number {
    const size = this.uint();
    if (typeof size === 'bigint') throw malformed('a size beyond all bounds');
    return size;
  }

  id(): number {
    const id = this.int();
    if (typeof id === 'bigint') throw malformed('a type id beyond all bounds');
    return id;
  }

  /** The bits of the number stand in reverse order of bytes, so that round numbers are short. */
  float(): number {
    const bits = Buffer.alloc(8);
    bits.writeBigUInt64LE(BigInt(this.uint()));
    return bits.readDoubleBE();
  }

  /** A copy: what is kept of a message shall not keep the whole of it. */
  bytes(): Buffer {
    return Buffer.from(this.#take(this.size()));
  }

  text(): string {
    return this.#take(this.size()).toString('utf8');
  }

  #take(count: number): Buffer {
    if (count > this.left) throw malformed(`${count} bytes announced, ${this.left} there`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}

export function uintBytes(value: number | bigint): Buffer {
  if (value < 0x80) return Buffer.from([Number(value)]);
  const hex = value.toString(16);
  const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x100 - digits.length]), digits]);
}

export function intBytes(value: number | bigint): Buffer {
  const wide = BigInt(value);
  return uintBytes(wide < 0n ? (~wide << 1n) | 1n : wide << 1n);
}

export function floatBytes(value: number): Buffer {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  return uintBytes(bits.readBigUInt64LE());
}

/** Length, then content: byte strings, texts and whole messages. */
export function withLength(content: Buffer): Buffer {
  return Buffer.concat([uintBytes(content.length), content]);
}

function narrowed(value: bigint): number | bigint {
  const isSafe = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
  return isSafe ? Number(value) : value;
}
