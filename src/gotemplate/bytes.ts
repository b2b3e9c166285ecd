/**
 * Go's strings are bytes: their length, order, indexes and slices count bytes. Within this folder values are therefore texts of
 * one character a byte; they are made and unmade at the edge.
 */
export function toBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

export function fromBytes(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

export interface Rune {
  /** The character; U+FFFD for a byte that begins none. */
  readonly text: string;
  /** Its own bytes. */
  readonly raw: string;
  readonly isValid: boolean;
}

/** The characters of a byte string, in Go's reading: each byte that is no UTF-8 stands for itself. */
export function* runesOf(bytes: string): Generator<Rune, void> {
  for (let at = 0; at < bytes.length;) {
    const rune = runeAt(bytes, at);
    yield rune;
    at += rune.raw.length;
  }
}

export function runeAt(bytes: string, at: number): Rune {
  const size = sizeOf(bytes.charCodeAt(at));
  const raw = bytes.slice(at, at + Math.max(size, 1));
  if (size === 1) return { text: raw, raw, isValid: true };
  const text = fromBytes(raw);
  const isValid = size > 0 && toBytes(text) === raw;
  return isValid ? { text, raw, isValid } : { text: '\uFFFD', raw: raw.charAt(0), isValid };
}

export function runeCount(bytes: string): number {
  if (isAscii(bytes)) return bytes.length;
  let count = 0;
  for (const _rune of runesOf(bytes)) count += 1;
  return count;
}

/** What a byte string's first byte promises; 0 for one that begins no character. */
function sizeOf(first: number): 0 | 1 | 2 | 3 | 4 {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}
