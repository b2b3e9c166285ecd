import { toBytes } from './bytes.js';
import { Fault } from './fault.js';
import { durationText } from './printer.js';
import { bytes, indirect, int, NONE, typeOf, type Concrete, type Value } from './values.js';

/** `.Name` of a value: a method, a field of a struct, or the entry of a map. @throws Fault */
export function fieldOf(of: Value, name: string, argumentCount: number): Value {
  if (of.kind === 'none') return NONE;
  const type = typeOf(of);
  const { value, isNil } = indirect(of);
  if (isNil) throw new Fault(`nil pointer evaluating ${type}.${name}`);
  if (value.kind === 'int' || value.kind === 'string') {
    const method = methodOf(value, name);
    if (method) {
      if (argumentCount > 0) throw new Fault(`wrong number of args for ${name}: want 0 got ${argumentCount}`);
      return method();
    }
  }
  if (value.kind === 'struct') {
    const field = value.fields.get(toBytes(name));
    if (field && argumentCount > 0) throw new Fault(`${name} has arguments but cannot be invoked as function`);
    if (field) return field;
  }
  if (value.kind === 'map') {
    if (argumentCount > 0) throw new Fault(`${name} is not a method but has arguments`);
    return value.entries.get(toBytes(name)) ?? NONE;
  }
  throw new Fault(`can't evaluate field ${name} in type ${type}`);
}

/** Those of the named types that docker-machine's list has. */
function methodOf(value: Extract<Concrete, { kind: 'int' | 'string' }>, name: string): (() => Value) | undefined {
  if (value.kind === 'string')
    return value.type === 'state.State' && name === 'String' ? () => bytes(value.value) : undefined;
  if (value.type !== 'time.Duration') return undefined;
  if (name === 'String') return () => bytes(durationText(value.value));
  const whole = WHOLE[name];
  if (whole !== undefined) return () => int(value.value / whole);
  const seconds = FRACTIONS[name];
  return seconds === undefined ? undefined : () => ({ kind: 'float', value: Number(value.value) / 1e9 / seconds });
}

/** Nanoseconds in one. */
const WHOLE: Readonly<Record<string, bigint>> = { Nanoseconds: 1n, Microseconds: 1_000n, Milliseconds: 1_000_000n };
/** Seconds in one. */
const FRACTIONS: Readonly<Record<string, number>> = { Seconds: 1, Minutes: 60, Hours: 3_600 };
