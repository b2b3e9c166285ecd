import type { Budget } from './budget.js';
import { indexInto, length, sliceOf } from './collections.js';
import { equals, isLess } from './comparison.js';
import { escapeHtml, escapeJs, escapeUrlQuery } from './escapes.js';
import { Fault } from './fault.js';
import { toJson } from './json.js';
import { print, printLine } from './printer.js';
import { printf } from './printf.js';
import { bool, bytes, indirect, isTrue, NONE, typeOf, unwrap, type Concrete, type Value } from './values.js';

/** What can be called; `least` arguments must be given. */
export interface Builtin {
  readonly least: number;
  readonly hasMore: boolean;
  /** The first argument must be Go's `string`. */
  readonly takesText?: true;
  readonly run: (values: readonly Value[], budget: Budget) => Value;
}

/** `and` and `or` are missing: they do not look at each of their arguments. */
export const FUNCTIONS: Readonly<Record<string, Builtin>> = {
  call: { least: 1, hasMore: true, run: ([of]) => refuseCall(of) },
  html: escaper(escapeHtml),
  index: { least: 1, hasMore: true, run: indexInto },
  js: escaper(escapeJs),
  json: { least: 1, hasMore: false, run: ([of], budget) => bytes(toJson(plain(of), '', budget)) },
  len: { least: 1, hasMore: false, run: ([of = NONE]) => length(of) },
  not: { least: 1, hasMore: false, run: ([of = NONE]) => bool(!isTrue(of)) },
  prettyjson: { least: 1, hasMore: false, run: ([of], budget) => bytes(toJson(plain(of), '    ', budget)) },
  print: { least: 0, hasMore: true, run: (values, budget) => bytes(print(values.map(plain), budget)) },
  printf: { least: 1, hasMore: true, takesText: true, run: formatted },
  println: { least: 0, hasMore: true, run: (values, budget) => bytes(printLine(values.map(plain), budget)) },
  slice: { least: 1, hasMore: true, run: sliceOf },
  urlquery: escaper(escapeUrlQuery),
  eq: { least: 1, hasMore: true, run: (values, budget) => bool(equals(values, budget)) },
  ne: comparison((one, other, budget) => !equals([one, other], budget)),
  lt: comparison((one, other) => isLess(one, other)),
  le: comparison((one, other, budget) => isLess(one, other) || equals([one, other], budget)),
  gt: comparison((one, other, budget) => !isLess(one, other) && !equals([one, other], budget)),
  ge: comparison((one, other) => !isLess(one, other)),
};

export function isFunction(name: string): boolean {
  return name === 'and' || name === 'or' || Object.hasOwn(FUNCTIONS, name);
}

/** Nothing of ours is a function that a template could be handed. */
function refuseCall(of: Value | undefined): Value {
  const value = unwrap(of ?? NONE);
  throw new Fault(value.kind === 'none' ? 'call of nil' : `non-function of type ${typeOf(value)}`);
}

function comparison(holds: (one: Value, other: Value, budget: Budget) => boolean): Builtin {
  return { least: 2, hasMore: false, run: ([one = NONE, other = NONE], budget) => bool(holds(one, other, budget)) };
}

function escaper(escape: (bytes: string) => string): Builtin {
  const run = (values: readonly Value[], budget: Budget): Value => {
    const shown = values.map((value) => plain(indirect(value).value) ?? bytes('<no value>'));
    const escaped = escape(print(shown, budget));
    budget.spend(escaped.length);
    return bytes(escaped);
  };
  return { least: 0, hasMore: true, run };
}

function formatted([format, ...values]: readonly Value[], budget: Budget): Value {
  const text = unwrap(format ?? NONE);
  return bytes(printf(text.kind === 'string' ? text.value : '', values.map(plain), budget));
}

function plain(value: Value | undefined): Concrete | undefined {
  const inner = unwrap(value ?? NONE);
  return inner.kind === 'none' ? undefined : inner;
}
