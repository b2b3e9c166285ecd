import { Output, type Budget } from './budget.js';
import { jsonString } from './escapes.js';
import { unwrap, type Concrete, type Value } from './values.js';

/** As Go's encoding/json prints a value, in bytes; `indent` of '' on one line. */
export function toJson(value: Concrete | undefined, indent: string, budget: Budget): string {
  const out = new Output(budget);
  write(value ?? { kind: 'none' }, { out, indent }, '');
  return out.toString();
}

interface Printing {
  readonly out: Output;
  readonly indent: string;
}

function write(of: Value, printing: Printing, margin: string): void {
  const value = unwrap(of);
  const { out } = printing;
  switch (value.kind) {
    case 'none':
      return out.write('null');
    case 'pointer':
      return write(value.of ?? { kind: 'none' }, printing, margin);
    case 'bool':
    case 'int':
      return out.write(String(value.value));
    case 'float':
      return out.write(Object.is(value.value, -0) ? '-0' : String(value.value));
    case 'string':
      return out.write(jsonString(value.value));
    case 'slice':
      if (!value.items) return out.write('null');
      return writeParts({ brackets: '[]', parts: value.items.map((item) => ({ label: '', item })) }, printing, margin);
    case 'map':
    case 'struct': {
      const entries = [...(value.kind === 'map' ? value.entries : value.fields)];
      const colon = printing.indent === '' ? ':' : ': ';
      const parts = entries.map(([key, item]) => ({ label: jsonString(key) + colon, item }));
      return writeParts({ brackets: '{}', parts }, printing, margin);
    }
  }
}

interface Parts {
  readonly brackets: '[]' | '{}';
  readonly parts: readonly { readonly label: string; readonly item: Value }[];
}

function writeParts({ brackets, parts }: Parts, printing: Printing, margin: string): void {
  const { out, indent } = printing;
  if (parts.length === 0) return out.write(brackets);
  const inner = margin + indent;
  out.write(brackets.charAt(0));
  parts.forEach(({ label, item }, index) => {
    out.write(`${index > 0 ? ',' : ''}${indent === '' ? '' : `\n${inner}`}${label}`);
    write(item, printing, inner);
  });
  out.write(`${indent === '' ? '' : `\n${margin}`}${brackets.charAt(1)}`);
}
