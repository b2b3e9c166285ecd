import { Output, type Budget } from './budget.js';
import { runeAt, toBytes } from './bytes.js';
import { printArgument } from './printer.js';
import { typeOf, type Concrete } from './values.js';
import { plainSpec, type Spec } from './verbs.js';

/** Go's fmt.Sprintf: `format` and the result in bytes; mistakes show in the text, as `%!d(string=x)`. */
export function printf(format: string, values: readonly (Concrete | undefined)[], budget: Budget): string {
  const state: State = {
    format,
    values,
    out: new Output(budget),
    at: 0,
    next: 0,
    isReordered: false,
    isGoodIndex: true,
  };
  while (state.at < format.length) {
    const percent = format.indexOf('%', state.at);
    const end = percent < 0 ? format.length : percent;
    state.out.write(format.slice(state.at, end));
    state.at = end + 1;
    if (percent >= 0) printVerb(state);
  }
  if (!state.isReordered) printExtra(state);
  return state.out.toString();
}

interface State {
  readonly format: string;
  readonly values: readonly (Concrete | undefined)[];
  readonly out: Output;
  /** The byte of the format that is read next. */
  at: number;
  /** The value that is printed next. */
  next: number;
  isReordered: boolean;
  /** Whether the index in brackets that was read last names a value. */
  isGoodIndex: boolean;
}

function printVerb(state: State): void {
  const { format, values, out } = state;
  const spec = plainSpec();
  out.budget.step();
  state.isGoodIndex = true;
  readFlags(state, spec);
  let isAfterIndex = readIndex(state);
  isAfterIndex = readWidth(state, spec, isAfterIndex);
  isAfterIndex = readPrecision(state, spec, isAfterIndex);
  if (!isAfterIndex) readIndex(state);
  if (state.at >= format.length) return out.write('%!(NOVERB)');
  const { text: verb, raw } = runeAt(format, state.at);
  state.at += raw.length;
  if (verb === '%') return out.write('%');
  if (!state.isGoodIndex) return out.write(toBytes(`%!${verb}(BADINDEX)`));
  if (state.next >= values.length) return out.write(toBytes(`%!${verb}(MISSING)`));
  if (verb === 'v') Object.assign(spec, { sharpV: spec.sharp, sharp: false, plusV: spec.plus, plus: false });
  printArgument(values[state.next], { verb, spec, out });
  state.next += 1;
}

function readFlags(state: State, spec: Spec): void {
  for (; state.at < state.format.length; state.at += 1) {
    const flag = state.format.charAt(state.at);
    if (flag === '#') spec.sharp = true;
    else if (flag === '+') spec.plus = true;
    else if (flag === ' ') spec.space = true;
    else if (flag === '0') spec.zero = !spec.minus;
    else if (flag === '-') Object.assign(spec, { minus: true, zero: false });
    else return;
  }
}

/** `[n]`: the value that comes next. True where one stands and its brackets are closed. */
function readIndex(state: State): boolean {
  const { format, at, values } = state;
  if (format.charAt(at) !== '[') return false;
  state.isReordered = true;
  const end = format.indexOf(']', at);
  if (end < 0 || format.length - at < 3) {
    state.isGoodIndex = false;
    state.at += 1;
    return false;
  }
  state.at = end + 1;
  const text = format.slice(at + 1, end);
  const index = /^[0-9]{1,7}$/.test(text) && Number(text) <= LARGEST ? Number(text) - 1 : undefined;
  if (index !== undefined && index >= 0 && index < values.length) {
    state.next = index;
    return true;
  }
  state.isGoodIndex = false;
  return index !== undefined;
}

/** Go's own limit of widths and precisions. */
const LARGEST = 1_000_000;

function readWidth(state: State, spec: Spec, isAfterIndex: boolean): boolean {
  if (state.format.charAt(state.at) !== '*') {
    spec.width = readNumber(state);
    if (isAfterIndex && spec.width !== undefined) state.isGoodIndex = false;
    return isAfterIndex;
  }
  state.at += 1;
  spec.width = readValue(state);
  if (spec.width === undefined) state.out.write('%!(BADWIDTH)');
  else if (spec.width < 0) Object.assign(spec, { width: -spec.width, minus: true, zero: false });
  return false;
}

function readPrecision(state: State, spec: Spec, isAfterIndex: boolean): boolean {
  // A dot that ends the format is no precision but a verb that does not exist.
  if (state.format.charAt(state.at) !== '.' || state.at + 1 >= state.format.length) return isAfterIndex;
  state.at += 1;
  if (isAfterIndex) state.isGoodIndex = false;
  const hasIndex = readIndex(state);
  if (state.format.charAt(state.at) !== '*') {
    spec.precision = readNumber(state) ?? 0;
    return hasIndex;
  }
  state.at += 1;
  const precision = readValue(state);
  spec.precision = precision === undefined || precision < 0 ? undefined : precision;
  if (spec.precision === undefined) state.out.write('%!(BADPREC)');
  return false;
}

/** Digits; those of a number beyond the limit swallow the rest of the format, as they do in Go. */
function readNumber(state: State): number | undefined {
  let value: number | undefined;
  for (; /[0-9]/.test(state.format.charAt(state.at)); state.at += 1) {
    if (value !== undefined && value > LARGEST) {
      state.at = state.format.length;
      return undefined;
    }
    value = (value ?? 0) * 10 + Number(state.format.charAt(state.at));
  }
  return value;
}

/** `*`: the next value is the number. */
function readValue(state: State): number | undefined {
  const value = state.values[state.next];
  if (state.next < state.values.length) state.next += 1;
  if (value?.kind !== 'int') return undefined;
  const number = Number(value.value);
  return Math.abs(number) <= LARGEST ? number : undefined;
}

function printExtra({ values, next, out }: State): void {
  if (next >= values.length) return;
  out.write('%!(EXTRA ');
  values.slice(next).forEach((value, index) => {
    if (index > 0) out.write(', ');
    if (value !== undefined) out.write(toBytes(`${typeOf(value)}=`));
    printArgument(value, { verb: 'v', spec: plainSpec(), out });
  });
  out.write(')');
}
