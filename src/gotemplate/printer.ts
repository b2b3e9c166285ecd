import { Output, type Budget } from './budget.js';
import { toBytes } from './bytes.js';
import { typeOf, type Concrete, type Value } from './values.js';
import { plainSpec, writeBool, writeFloat, writeInteger, writePadded, writeText, type Printing } from './verbs.js';

/** Memory has no addresses here, and scripts cannot do anything with one. */
const ADDRESS = 0xc000010000n;

/** As fmt.Sprint has it: blanks between operands of which neither is a string. */
export function print(values: readonly (Concrete | undefined)[], budget: Budget): string {
  const out = new Output(budget);
  values.forEach((value, index) => {
    const isBetweenOthers = value?.kind !== 'string' && values[index - 1]?.kind !== 'string';
    if (index > 0 && isBetweenOthers) out.write(' ');
    printArgument(value, { verb: 'v', spec: plainSpec(), out });
  });
  return out.toString();
}

/** As fmt.Sprintln has it. */
export function printLine(values: readonly (Concrete | undefined)[], budget: Budget): string {
  const out = new Output(budget);
  values.forEach((value, index) => {
    if (index > 0) out.write(' ');
    printArgument(value, { verb: 'v', spec: plainSpec(), out });
  });
  out.write('\n');
  return out.toString();
}

/** An argument of a print function; undefined is nil. */
export function printArgument(value: Concrete | undefined, printing: Printing): void {
  const { verb, spec, out } = printing;
  if (value === undefined) {
    if (verb === 'T' || verb === 'v') writePadded('<nil>', spec, out);
    else out.write(toBytes(`%!${verb}(<nil>)`));
  } else if (verb === 'T') writeText(toBytes(typeOf(value)), { verb: 's', spec, out });
  else if (verb === 'p') writePointer(value, printing);
  else printValue(value, printing, 0);
}

function printValue(value: Value, printing: Printing, depth: number): void {
  const { out } = printing;
  // Each element costs something, even where it prints nothing.
  out.budget.spend(1);
  if (value.kind === 'none') out.write('<nil>');
  else if (value.kind === 'any') printInterface(value.of, printing, depth);
  else if (value.kind === 'map' || value.kind === 'struct' || value.kind === 'slice')
    printParts(value, printing, depth);
  else if (value.kind === 'pointer') printPointer(value, printing, depth);
  else if (!writeScalar(value, printing)) writeBadVerb(value, printing);
}

function printInterface(of: Concrete | undefined, printing: Printing, depth: number): void {
  if (of) printValue(of, printing, depth + 1);
  else printing.out.write(printing.spec.sharpV ? 'interface {}(nil)' : '<nil>');
}

type Scalar = Exclude<Concrete, { kind: 'map' | 'struct' | 'slice' | 'pointer' }>;

function writeScalar(value: Scalar, printing: Printing): boolean {
  const { verb, spec } = printing;
  switch (value.kind) {
    case 'bool':
      return writeBool(value.value, printing);
    case 'float':
      return writeFloat(value.value, printing);
    case 'string':
      return writeText(value.value, printing);
    case 'int':
      if (value.type === 'time.Duration' && 'vsqxX'.includes(verb) && !spec.sharpV)
        return writeText(durationText(value.value), printing);
      if (value.type === 'uint8' && verb === 'v' && spec.sharpV)
        return writeInteger(value.value, { ...printing, verb: 'x', spec: { ...spec, sharp: true } });
      return writeInteger(value.value, printing);
  }
}

function writeBadVerb(value: Concrete, { verb, spec, out }: Printing): void {
  out.write(toBytes(`%!${verb}(${typeOf(value)}=`));
  // Go asks no method of a value that it complains about.
  if (value.kind === 'int') writeInteger(value.value, { verb: 'd', spec, out });
  else printValue(value, { verb: 'v', spec, out }, 0);
  out.write(')');
}

type Whole = Extract<Concrete, { kind: 'map' | 'struct' | 'slice' }>;

function printParts(value: Whole, printing: Printing, depth: number): void {
  const { spec, out } = printing;
  const isNil = value.kind === 'slice' && value.items === undefined;
  if (spec.sharpV) out.write(toBytes(isNil ? `${value.type}(nil)` : `${value.type}{`));
  else out.write(value.kind === 'map' ? 'map[' : value.kind === 'slice' ? '[' : '{');
  if (spec.sharpV && isNil) return;
  partsOf(value).forEach(({ name, of }, index) => {
    if (index > 0) out.write(spec.sharpV ? ', ' : ' ');
    if (value.kind === 'map') printValue({ kind: 'string', type: 'string', value: name }, printing, depth + 1);
    else if (value.kind === 'struct' && (spec.plusV || spec.sharpV)) out.write(name);
    if (value.kind === 'map' || (value.kind === 'struct' && (spec.plusV || spec.sharpV))) out.write(':');
    printValue(of, printing, depth + 1);
  });
  out.write(spec.sharpV || value.kind === 'struct' ? '}' : ']');
}

function partsOf(value: Whole): readonly { name: string; of: Value }[] {
  if (value.kind === 'slice') return (value.items ?? []).map((of) => ({ name: '', of }));
  return Array.from(value.kind === 'map' ? value.entries : value.fields, ([name, of]) => ({ name, of }));
}

/** One that is printed by itself shows what it leads to; one within something else its address. */
function printPointer(value: Extract<Concrete, { kind: 'pointer' }>, printing: Printing, depth: number): void {
  if (depth > 0 || value.of === undefined) return writePointer(value, printing);
  printing.out.write('&');
  printValue(value.of, printing, depth + 1);
}

function writePointer(value: Concrete, printing: Printing): void {
  const { verb, spec, out } = printing;
  const leads = value.kind === 'pointer' ? value.of !== undefined : value.kind === 'map' || value.kind === 'slice';
  const address = leads ? ADDRESS : 0n;
  if (!leads && value.kind !== 'pointer') writeBadVerb(value, printing);
  else if (verb === 'v' && spec.sharpV) out.write(`(${typeOf(value)})(${leads ? `0x${address.toString(16)}` : 'nil'})`);
  else if (verb === 'v' && !leads) writePadded('<nil>', spec, out);
  else if (verb === 'v' || verb === 'p')
    writeInteger(address, { ...printing, verb: 'x', spec: { ...spec, sharp: !spec.sharp } });
  else if (!'bodxX'.includes(verb) || !writeInteger(address, printing)) writeBadVerb(value, printing);
}

/** Nanoseconds as time.Duration prints them: "1.016s", "16ms", "1m30s". */
export function durationText(nanoseconds: bigint): string {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? '-' : '';
  if (magnitude === 0n) return '0s';
  const [unit, size] =
    magnitude < 1_000n ? ['ns', 1n] : magnitude < 1_000_000n ? ['\u00b5s', 1_000n] : ['ms', 1_000_000n];
  if (magnitude < 1_000_000_000n) return toBytes(`${sign}${decimal(magnitude, size)}${unit}`);
  const seconds = magnitude / 1_000_000_000n;
  const hours = seconds >= 3_600n ? `${seconds / 3_600n}h` : '';
  const minutes = seconds >= 60n ? `${(seconds / 60n) % 60n}m` : '';
  return `${sign}${hours}${minutes}${decimal(magnitude % 60_000_000_000n, 1_000_000_000n)}s`;
}

function decimal(value: bigint, unit: bigint): string {
  const rest = String(value % unit)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '');
  return `${value / unit}${rest === '' || unit === 1n ? '' : `.${rest}`}`;
}
