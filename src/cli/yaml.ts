import { MachineError } from '../errors.js';

/** The plain values of a YAML 1.2 document; JSON is YAML. @throws MachineError BadOption with line and column */
export async function parseYaml(text: string, path: string): Promise<unknown> {
  // A module of CommonJS: the bundle gives its default export alone.
  const { parseDocument } = (await import('yaml')).default;
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) {
    throw new MachineError('BadOption', `cannot read ${path}: it is no YAML`, { cause: new Error(error.message) });
  }
  return document.toJS({ maxAliasCount: 100 });
}

/** Plain values as a YAML document. */
export async function printYaml(value: unknown): Promise<string> {
  const { stringify } = (await import('yaml')).default;
  return stringify(value, { lineWidth: 0 });
}
