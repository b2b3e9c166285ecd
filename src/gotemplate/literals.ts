import { toBytes } from './bytes.js';
import { Fault } from './fault.js';
import { quote } from './quote.js';

/** The bytes of a quoted or raw string, its quotes included in `text`. @throws Fault */
export function unquote(text: string): string {
  if (text.startsWith('`')) return toBytes(text.slice(1, -1).replaceAll('\r', ''));
  const inner = text.slice(1, -1);
  const parts: string[] = [];
  for (let at = 0; at < inner.length;) {
    const { code, isByte, size } = characterAt(inner, at, '"');
    parts.push(isByte ? String.fromCharCode(code) : toBytes(String.fromCodePoint(code)));
    at += size;
  }
  return parts.join('');
}

/** The code of a character constant. @throws Fault */
export function unquoteChar(text: string): number {
  const inner = text.slice(1, -1);
  const { code, size } = characterAt(inner, 0, "'");
  if (size < inner.length) throw new Fault(`malformed character constant: ${text}`);
  return code;
}

const ESCAPE = /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|[^\\]/suy;
const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

interface Character {
  readonly code: number;
  /** One byte of a string rather than a character. */
  readonly isByte: boolean;
  /** In characters of the source. */
  readonly size: number;
}

function characterAt(inner: string, at: number, mark: string): Character {
  ESCAPE.lastIndex = at;
  const [whole = '', simple, hex, octal, short, long] = ESCAPE.exec(inner) ?? [];
  const size = whole.length;
  if (size === 0) throw new Fault('invalid syntax');
  if (simple !== undefined) {
    if (`'"`.includes(simple) && simple !== mark) throw new Fault('invalid syntax');
    return { code: (SIMPLE[simple] ?? simple).charCodeAt(0), isByte: true, size };
  }
  if (hex !== undefined) return { code: parseInt(hex, 16), isByte: true, size };
  const code = parseInt(octal ?? short ?? long ?? '', octal === undefined ? 16 : 8);
  if (Number.isNaN(code)) return { code: whole.codePointAt(0) ?? 0, isByte: false, size };
  if (octal !== undefined && code > 0xff) throw new Fault('invalid syntax');
  if (octal === undefined && (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))) throw new Fault('invalid syntax');
  return { code, isByte: octal !== undefined, size };
}

/** What a number in a template stands for: `int` unless it is written as a fraction or with an exponent. */
export type Constant =
  { readonly kind: 'int'; readonly value: bigint } | { readonly kind: 'float'; readonly value: number };

/** The reading that Go gives to a number, prefixes and underscores included. @throws Fault */
export function parseNumber(text: string): Constant {
  const int = integer(text);
  if (int !== undefined && int < 2n ** 64n && int >= -(2n ** 63n)) return { kind: 'int', value: int };
  const value = float(text);
  if (value !== undefined && !/[.eEpP]/.test(text)) throw new Fault(`integer overflow: ${quote(toBytes(text))}`);
  if (value === undefined || !Number.isFinite(value)) throw new Fault(`illegal number syntax: ${quote(toBytes(text))}`);
  return { kind: 'float', value };
}

const INTEGER = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;

function integer(text: string): bigint | undefined {
  const [, sign, digits] = INTEGER.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const plain = digits.replaceAll('_', '');
  const magnitude = BigInt(/^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain);
  // A sign makes it a signed one, which ends earlier.
  if (sign === '+' && magnitude >= 2n ** 63n) return undefined;
  return sign === '-' ? -magnitude : magnitude;
}

const DECIMAL =
  /^[+-]?(?:(?:[0-9](?:_?[0-9])*)(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/;
const HEX = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?[0-9](?:_?[0-9])*)$/;

function float(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text.replaceAll('_', ''));
  const [, sign, whole = '', fraction = '', exponent] = HEX.exec(text.replace(/_(?=\.)/, '')) ?? [];
  const digits = `${whole}${fraction}`.replaceAll('_', '');
  if (exponent === undefined || digits === '' || digits.length > 13) return undefined;
  const power = Number(exponent.replaceAll('_', '')) - 4 * fraction.replaceAll('_', '').length;
  return (sign === '-' ? -1 : 1) * parseInt(digits, 16) * 2 ** power;
}
