import { runeCount, runesOf, toBytes } from './bytes.js';
import type { Output } from './budget.js';
import { formatFloat } from './floats.js';
import { isPrintable, quote } from './quote.js';

/** What stands between `%` and the verb. */
export interface Spec {
  width: number | undefined;
  precision: number | undefined;
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v`: names of fields. */
  plusV: boolean;
  /** `%#v`: Go's syntax. */
  sharpV: boolean;
}

/** A verb, what stands before it, and where its text goes. */
export interface Printing {
  readonly verb: string;
  readonly spec: Spec;
  readonly out: Output;
}

export function plainSpec(): Spec {
  return {
    width: undefined,
    precision: undefined,
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
  };
}

export function writePadded(bytes: string, { width = 0, minus, zero }: Spec, out: Output): void {
  const missing = width - (width === 0 ? 0 : runeCount(bytes));
  if (!minus) out.repeat(zero ? '0' : ' ', missing);
  out.write(bytes);
  if (minus) out.repeat(zero ? '0' : ' ', missing);
}

/** Each of these is false, and has written nothing, where the verb is none of the value's kind. */
export function writeBool(value: boolean, { verb, spec, out }: Printing): boolean {
  if (verb !== 't' && verb !== 'v') return false;
  writePadded(String(value), spec, out);
  return true;
}

export function writeText(bytes: string, { verb, spec, out }: Printing): boolean {
  if (verb === 's' || (verb === 'v' && !spec.sharpV)) writePadded(truncated(bytes, spec), spec, out);
  else if (verb === 'q' || verb === 'v') writeQuoted(truncated(bytes, spec), spec, out);
  else if (verb === 'x' || verb === 'X') writeHex(bytes, { verb, spec, out });
  else return false;
  return true;
}

function truncated(bytes: string, { precision }: Spec): string {
  if (precision === undefined || precision >= bytes.length) return bytes;
  let end = 0;
  let left = precision;
  for (const { raw } of runesOf(bytes)) {
    if (left === 0) break;
    end += raw.length;
    left -= 1;
  }
  return bytes.slice(0, end);
}

function writeQuoted(bytes: string, spec: Spec, out: Output): void {
  out.budget.spend(bytes.length);
  const isRaw = spec.sharp && Array.from(runesOf(bytes)).every(({ text, isValid }) => isValid && fitsRaw(text));
  writePadded(isRaw ? `\`${bytes}\`` : toBytes(quote(bytes, '"', spec.plus)), spec, out);
}

function fitsRaw(text: string): boolean {
  return text !== '`' && text !== '\uFEFF' && (text === '\t' || !/^[\x00-\x1f\x7f]$/.test(text));
}

function writeHex(bytes: string, { verb, spec, out }: Printing): void {
  const shown = bytes.slice(0, spec.precision ?? bytes.length);
  const pairs = Array.from(shown, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
  const prefix = spec.sharp && shown !== '' ? '0x' : '';
  const text = spec.space ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join('');
  writePadded(verb === 'X' ? text.toUpperCase() : text, spec, out);
}

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

export function writeInteger(value: bigint, { verb, spec, out }: Printing): boolean {
  const base = BASES[verb];
  const code = value < 0n || value > 0x10ffffn || (value >= 0xd800n && value < 0xe000n) ? 0xfffd : Number(value);
  const character = toBytes(String.fromCodePoint(code));
  if (base !== undefined) writeDigits(value, base, { verb, spec, out });
  else if (verb === 'c') writePadded(character, spec, out);
  else if (verb === 'q') writePadded(toBytes(quote(character, "'", spec.plus)), spec, out);
  else if (verb === 'U') writeCode(BigInt.asUintN(64, value), spec, out);
  else return false;
  return true;
}

function writeDigits(value: bigint, base: number, { verb, spec, out }: Printing): void {
  const { width = 0, precision, plus, space, sharp, zero } = spec;
  const isNegative = value < 0n;
  const noZeros = { ...spec, zero: false };
  if (precision === 0 && value === 0n) return writePadded('', noZeros, out);
  const sign = isNegative ? '-' : plus ? '+' : space ? ' ' : '';
  const least = precision ?? (zero ? width - sign.length : 0);
  out.budget.spend(least > 0 ? least : 0);
  let digits = (isNegative ? -value : value).toString(base).padStart(least, '0');
  if (verb === 'X') digits = digits.toUpperCase();
  writePadded(sign + prefixOf(digits, base, { verb, sharp }) + digits, noZeros, out);
}

function prefixOf(digits: string, base: number, { verb, sharp }: { verb: string; sharp: boolean }): string {
  if (verb === 'O') return sharp && !digits.startsWith('0') ? '0o0' : '0o';
  if (!sharp || base === 10) return '';
  if (base === 8) return digits.startsWith('0') ? '' : '0';
  return base === 2 ? '0b' : verb === 'X' ? '0X' : '0x';
}

function writeCode(value: bigint, spec: Spec, out: Output): void {
  const least = Math.max(spec.precision ?? 4, 4);
  out.budget.spend(least);
  const text = value <= 0x10ffffn ? String.fromCodePoint(Number(value)) : '';
  const shown = spec.sharp && isPrintable(text) ? ` '${text}'` : '';
  writePadded(
    toBytes(`U+${value.toString(16).toUpperCase().padStart(least, '0')}${shown}`),
    { ...spec, zero: false },
    out,
  );
}

const FLOAT_VERBS: Readonly<Record<string, readonly [verb: string, precision: number | undefined]>> = {
  v: ['g', undefined],
  b: ['b', undefined],
  g: ['g', undefined],
  G: ['g', undefined],
  x: ['x', undefined],
  X: ['x', undefined],
  e: ['e', 6],
  E: ['e', 6],
  f: ['f', 6],
  F: ['f', 6],
};

const FLOAT_COST = 100;

export function writeFloat(value: number, { verb, spec, out }: Printing): boolean {
  const [kind, usual] = FLOAT_VERBS[verb] ?? [];
  if (kind === undefined) return false;
  const precision = spec.precision ?? usual;
  // The digits of very large and very small numbers take long division.
  out.budget.spend((precision ?? 0) + FLOAT_COST);
  const text = formatFloat(value, kind, precision);
  const [, minus = '', digits = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const isNumber = Number.isFinite(value);
  const sharpened = spec.sharp && isNumber && kind !== 'b' ? withPoint(digits, verb, precision) : digits;
  const shown = /[GEX]/.test(verb) ? sharpened.toUpperCase() : sharpened;
  const unsigned = minus !== '-';
  const sign = !unsigned ? '-' : spec.plus ? '+' : spec.space ? ' ' : '';
  const missing = (spec.width ?? 0) - shown.length - sign.length;
  if (spec.zero && isNumber && missing > 0) {
    out.write(sign);
    out.repeat('0', missing);
    out.write(shown);
  } else writePadded(sign + shown, isNumber ? spec : { ...spec, zero: false }, out);
  return true;
}

/** `#` keeps the point and the zeros that %g drops. */
function withPoint(digits: string, verb: string, precision: number | undefined): string {
  const end = digits.search(/[xX]/.test(verb) ? /p/ : /e/);
  const mantissa = end < 0 ? digits : digits.slice(0, end);
  const tail = end < 0 ? '' : digits.slice(end);
  const pointed = mantissa.includes('.') ? mantissa : `${mantissa}.`;
  // A zero alone before the point counts as one of the digits. So does, in Go, the x of 0x.
  const given = mantissa === '0' ? 1 : mantissa.replace('.', '').replace(/^0+/, '').length;
  const wanted = /[vgGx]/.test(verb) ? (precision ?? 6) : 0;
  return `${pointed}${'0'.repeat(Math.max(wanted - given, 0))}${tail}`;
}
