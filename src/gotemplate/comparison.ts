import type { Budget } from './budget.js';
import { fromBytes } from './bytes.js';
import { Fault } from './fault.js';
import { printf } from './printf.js';
import { typeOf, unwrap, type Concrete, type Value } from './values.js';

type Plain = ReturnType<typeof unwrap>;
type Basic = Extract<Concrete, { kind: 'bool' | 'int' | 'float' | 'string' }>;

/** True if the first is equal to any of the others. @throws Fault for kinds that cannot be compared */
export function equals([first, ...others]: readonly Value[], budget: Budget): boolean {
  if (others.length === 0 || !first) throw new Fault('missing argument for comparison');
  const one = unwrap(first);
  return others.some((other) => equalsOne(one, unwrap(other), budget));
}

function equalsOne(one: Plain, other: Plain, budget: Budget): boolean {
  if (isBasic(one) && isBasic(other) && one.kind === other.kind) return one.value === other.value;
  if (one.kind === 'none' || other.kind === 'none') return isNil(one) && isNil(other);
  if (isBasic(one) || isBasic(other)) throw new Fault('incompatible types for comparison');
  if (one.kind !== other.kind) {
    const texts = [shown(one, budget), typeOf(one), typeOf(other), shown(other, budget, '%v')];
    throw new Fault(`non-comparable types ${texts[0]}: ${texts[1]}, ${texts[2]}: ${texts[3]}`);
  }
  if (isNil(one) || isNil(other)) return isNil(one) === isNil(other);
  if (one.kind === 'pointer' && other.kind === 'pointer') return one.of === other.of;
  if (one.kind === 'struct' && one === other) return true;
  throw new Fault(`non-comparable type ${shown(other, budget)}: ${typeOf(other)}`);
}

function isBasic(value: Plain): value is Basic {
  return value.kind === 'bool' || value.kind === 'int' || value.kind === 'float' || value.kind === 'string';
}

function isNil(value: Plain): boolean {
  if (value.kind === 'none') return true;
  return (value.kind === 'slice' && value.items === undefined) || (value.kind === 'pointer' && value.of === undefined);
}

function shown(value: Concrete, budget: Budget, format = '%s'): string {
  return fromBytes(printf(format, [value], budget));
}

/** @throws Fault for kinds without an order */
export function isLess(first: Value, second: Value): boolean {
  const one = unwrap(first);
  const other = unwrap(second);
  if (!isBasic(one) || !isBasic(other)) throw new Fault('invalid type for comparison');
  if (one.kind !== other.kind) throw new Fault('incompatible types for comparison');
  if (one.kind === 'bool') throw new Fault('invalid type for comparison');
  return one.value < other.value;
}
