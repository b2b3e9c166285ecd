import { fromBytes, runesOf, toBytes } from './bytes.js';
import { isPrintable } from './quote.js';

const HTML: Readonly<Record<string, string>> = {
  '\0': toBytes('\uFFFD'),
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** Each takes and gives bytes. */
export function escapeHtml(bytes: string): string {
  return bytes.replace(/[\0"'&<>]/g, (character) => HTML[character] ?? '');
}

export function escapeUrlQuery(bytes: string): string {
  return bytes.replace(/[^A-Za-z0-9\-_.~]/g, (byte) =>
    byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

const JS: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"' };

export function escapeJs(bytes: string): string {
  return Array.from(runesOf(bytes), ({ text, raw }) => {
    const short = JS[text];
    if (short !== undefined) return short;
    if (text < ' ' || '<>&='.includes(text) || (raw.length === 1 && raw > '\x7f' && !isPrintable(text)))
      return `\\u${hex(text)}`;
    return text.length > 0 && (text.codePointAt(0) ?? 0) > 0x7f && !isPrintable(text) ? `\\u${hex(text)}` : raw;
  }).join('');
}

/** A JSON string; what a script element in HTML would trip over is escaped, as Go does it. */
export function jsonString(bytes: string): string {
  const text = fromBytes(bytes);
  // Bytes that are no character show only while they are bytes.
  const inner = text.includes('\uFFFD')
    ? Array.from(runesOf(bytes), ({ text, isValid }) => (isValid ? jsonInner(text) : '\\ufffd')).join('')
    : jsonInner(text);
  return toBytes(`"${inner}"`);
}

function jsonInner(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\[\\bf]|[<>&\u2028\u2029]/g, (found) => JSON_ESCAPES[found] ?? `\\u${hex(found).toLowerCase()}`);
}

const JSON_ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\\\', '\\b': '\\u0008', '\\f': '\\u000c' };

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
