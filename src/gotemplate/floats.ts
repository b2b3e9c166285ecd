/** Decimal digits of a number 0.ddd × 10^point; no digits for zero. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/**
 * Go's strconv.FormatFloat: verbs e, f, g, b, x; without a precision as many digits as tell the number from its neighbours.
 */
export function formatFloat(value: number, verb: string, precision: number | undefined): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value)) return sign === '' ? '+Inf' : '-Inf';
  if (verb === 'b') return sign + binary(magnitude);
  if (verb === 'x') return sign + hexadecimal(magnitude, precision);
  if (verb === 'e')
    return sign + scientific(rounded(magnitude, precision === undefined ? undefined : precision + 1), precision);
  if (verb === 'f') return sign + plain(magnitude, precision);
  return sign + general(magnitude, precision);
}

function plain(magnitude: number, precision: number | undefined): string {
  const exact = precision === undefined ? shortest(magnitude) : exactly(magnitude);
  const decimal = precision === undefined ? exact : round(exact, exact.point + precision);
  return fixed(decimal, precision ?? Math.max(decimal.digits.length - decimal.point, 0));
}

function general(magnitude: number, precision: number | undefined): string {
  const wanted = precision === 0 ? 1 : precision;
  const decimal = rounded(magnitude, wanted);
  const count = decimal.digits.length;
  let from = wanted ?? 6;
  if (wanted !== undefined && wanted > count && count >= decimal.point) from = count;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= from)
    return scientific(decimal, count === 0 ? 0 : Math.min(wanted ?? count, count) - 1);
  return fixed(decimal, Math.max(count - decimal.point, 0));
}

function rounded(magnitude: number, count: number | undefined): Decimal {
  return count === undefined ? shortest(magnitude) : round(exactly(magnitude), count);
}

function scientific({ digits, point }: Decimal, precision: number | undefined): string {
  const shown = precision ?? Math.max(digits.length - 1, 0);
  const exponent = digits === '' ? 0 : point - 1;
  const fraction = shown === 0 ? '' : `.${digits.slice(1).padEnd(shown, '0')}`;
  return `${digits.charAt(0) || '0'}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function shortest(magnitude: number): Decimal {
  const [mantissa = '', exponent = ''] = magnitude.toExponential().split('e');
  const digits = mantissa.replace('.', '').replace(/0+$/, '');
  return { digits, point: digits === '' ? 0 : Number(exponent) + 1 };
}

/** All the digits that the double has. */
function exactly(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = parts(magnitude);
  const scale = Math.max(-exponent, 0);
  const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(scale);
  const text = String(whole);
  return { digits: text.replace(/0+$/, ''), point: text.length - scale };
}

/** To so many digits; half goes to the even one. */
function round({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length || digits.length === 0) return { digits, point };
  if (count < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isOdd = Number(kept.at(-1) ?? '0') % 2 === 1;
  const isUp = rest.startsWith('5') && rest.length === 1 ? isOdd : rest.charAt(0) >= '5';
  if (!isUp) return trimmed(kept, point);
  const raised = String(BigInt(kept === '' ? '0' : kept) + 1n).padStart(count, '0');
  return trimmed(raised, point + raised.length - count);
}

function trimmed(digits: string, point: number): Decimal {
  const short = digits.replace(/0+$/, '');
  return { digits: short, point: short === '' ? 0 : point };
}

/** The number is mantissa × 2^exponent. */
function parts(magnitude: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function binary(magnitude: number): string {
  const { mantissa, exponent } = parts(magnitude);
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function hexadecimal(magnitude: number, precision: number | undefined): string {
  let { mantissa, exponent } = parts(magnitude);
  while (mantissa !== 0n && mantissa < 1n << 52n) [mantissa, exponent] = [mantissa << 1n, exponent - 1];
  if (precision !== undefined && precision < 13) {
    const dropped = BigInt(4 * (13 - precision));
    const half = 1n << (dropped - 1n);
    const low = mantissa & ((1n << dropped) - 1n);
    mantissa >>= dropped;
    if (low > half || (low === half && mantissa % 2n === 1n)) mantissa += 1n;
    mantissa <<= dropped;
    if (mantissa >= 1n << 53n) [mantissa, exponent] = [mantissa >> 1n, exponent + 1];
  }
  const all = mantissa.toString(16).padStart(14, '0');
  const fraction =
    precision === undefined ? all.slice(1).replace(/0+$/, '') : all.slice(1).slice(0, precision).padEnd(precision, '0');
  const power = magnitude === 0 ? 0 : exponent + 52;
  const digits = String(Math.abs(power)).padStart(2, '0');
  return `0x${all.charAt(0)}${fraction === '' ? '' : `.${fraction}`}p${power < 0 ? '-' : '+'}${digits}`;
}
