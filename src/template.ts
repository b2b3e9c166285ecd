import { extname } from 'node:path';
import { templateText } from './template-files.js';

const HOLE = /\{\{([a-zA-Z]+)\}\}/g;

/**
 * Fills the holes `{{name}}` of a file in templates/. The file's extension decides the escape: values in `.sh` are quoted for
 * a POSIX shell, values in `.json` and `.yaml` become JSON texts, elsewhere line breaks are refused. `.conf` values go in as
 * they are: whoever renders a unit file quotes for systemd first.
 * @throws Error (a bug of ours) for a hole without a value, or a value without a hole
 */
export function renderTemplate(path: string, values: Readonly<Record<string, string>>): string {
  const text = templateText(path);
  const escape = ESCAPES[extname(path)] ?? plainLine;
  const used = new Set<string>();
  const filled = text.replace(HOLE, (_hole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`template ${path}: no value for the hole ${name}`);
    used.add(name);
    return escape(value);
  });
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`template ${path}: no hole for ${unused.join(', ')}`);
  return filled;
}

const ESCAPES: Readonly<Record<string, (value: string) => string>> = {
  '.sh': quoteWord,
  '.conf': (value) => value,
  '.json': (value) => JSON.stringify(value),
  '.yaml': (value) => JSON.stringify(value),
};

/** One word of a POSIX shell, whatever it holds. */
export function quoteWord(value: string): string {
  if (value.includes('\0')) throw new Error('a shell word cannot hold a NUL character');
  return /^[a-zA-Z0-9_/.:=@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

function plainLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new Error('a value for this template cannot hold a line break');
  return value;
}
