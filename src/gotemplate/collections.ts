import { Fault } from './fault.js';
import { bytes, indirect, int, NONE, typeOf, unwrap, type Concrete, type Value } from './values.js';

/** @throws Fault */
export function lengthOf(of: Value): number {
  const { value, isNil } = indirect(of);
  if (isNil) throw new Fault('len of nil pointer');
  if (value.kind === 'string') return value.value.length;
  if (value.kind === 'slice') return value.items?.length ?? 0;
  if (value.kind === 'map') return value.entries.size;
  if (value.kind === 'none') throw new Fault('reflect: call of reflect.Value.Type on zero Value');
  throw new Fault(`len of type ${typeOf(value)}`);
}

/** `index item 1 "a"` is item[1]["a"]. @throws Fault */
export function indexInto([of, ...indexes]: readonly Value[]): Value {
  let item = of ?? NONE;
  if (unwrap(item).kind === 'none') throw new Fault('index of untyped nil');
  for (const index of indexes) item = element(item, unwrap(index));
  return item;
}

function element(of: Value, index: ReturnType<typeof unwrap>): Value {
  const { value, isNil } = indirect(of);
  if (isNil) throw new Fault('index of nil pointer');
  if (value.kind === 'none') return value;
  if (value.kind === 'map') return entry(value, index);
  if (value.kind !== 'slice' && value.kind !== 'string') throw new Fault(`can't index item of type ${typeOf(value)}`);
  const at = position(index, lengthOf(value) - 1);
  if (value.kind === 'slice') return value.items?.[at] ?? NONE;
  return { kind: 'int', type: 'uint8', value: BigInt(value.value.charCodeAt(at)) };
}

function entry(map: Extract<Concrete, { kind: 'map' }>, index: ReturnType<typeof unwrap>): Value {
  if (index.kind === 'none') throw new Fault('value is nil; should be of type string');
  if (index.kind !== 'string') throw new Fault(`value has type ${typeOf(index)}; should be string`);
  const found = map.entries.get(index.value);
  if (found) return found;
  return map.type === 'map[string]string' ? bytes('') : { kind: 'any', of: undefined };
}

function position(index: Value, last: number): number {
  if (index.kind === 'none') throw new Fault('cannot index slice/array with nil');
  if (index.kind !== 'int') throw new Fault(`cannot index slice/array with type ${typeOf(index)}`);
  if (index.value < 0n || index.value > BigInt(last)) throw new Fault(`index out of range: ${index.value}`);
  return Number(index.value);
}

/** `slice item 1 2` is item[1:2]. @throws Fault */
export function sliceOf([of, ...indexes]: readonly Value[]): Value {
  const item = unwrap(of ?? NONE);
  if (item.kind === 'none') throw new Fault('slice of untyped nil');
  if (indexes.length > 3) throw new Fault(`too many slice indexes: ${indexes.length}`);
  if (item.kind !== 'string' && item.kind !== 'slice') throw new Fault(`can't slice item of type ${typeOf(item)}`);
  if (item.kind === 'string' && indexes.length === 3) throw new Fault('cannot 3-index slice a string');
  const length = lengthOf(item);
  const [from = 0, to = length, most = length] = indexes.map((index) => position(index, length));
  if (from > to) throw new Fault(`invalid slice index: ${from} > ${to}`);
  if (to > most) throw new Fault(`invalid slice index: ${to} > ${most}`);
  if (item.kind === 'string') return { ...item, value: item.value.slice(from, to) };
  return { ...item, items: item.items?.slice(from, to) };
}

/** As lengthOf, for templates. */
export function length(of: Value): Value {
  return int(lengthOf(of));
}
