import { runesOf, type Rune } from './bytes.js';

const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** A byte string between quotes, as Go's %q writes it: a text, not bytes. */
export function quote(bytes: string, mark: '"' | "'" = '"', onlyAscii = false): string {
  const inner = Array.from(runesOf(bytes), (rune) => escaped(rune, mark, onlyAscii)).join('');
  return `${mark}${inner}${mark}`;
}

function escaped({ text, raw, isValid }: Rune, mark: string, onlyAscii: boolean): string {
  if (!isValid) return `\\x${hex(raw.charCodeAt(0), 2)}`;
  if (text === mark) return `\\${text}`;
  const short = SHORT[text];
  if (short !== undefined) return short;
  const code = text.codePointAt(0) ?? 0;
  if (isPrintable(text) && (code < 0x80 || !onlyAscii)) return text;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** Go's notion: letters, marks, numbers, signs, and of all blanks the plain one. */
export function isPrintable(text: string): boolean {
  return text === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(text);
}

/** `U+0029 ')'`, as %#U has it. */
export function unicodeName(code: number): string {
  const text = String.fromCodePoint(code);
  return `U+${hex(code, 4).toUpperCase()}${isPrintable(text) ? ` '${text}'` : ''}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
