import type { Json } from '../record.js';

/** Marks a number that JavaScript cannot hold; a NUL cannot stand in a name or an address, so no real text begins so. */
const EXACT = '\u0000number:';

/**
 * Parses JSON without changing a number: literals that a double cannot hold exactly (ids of clouds) become marked texts,
 * which printGoJson turns back. @throws SyntaxError
 */
export function parseGoJson(text: string): Json {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json;
  // Strings are matched too, so that digits within them are left alone.
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : JSON.stringify(EXACT + token),
  );
  try {
    return JSON.parse(exact) as Json;
  } catch {
    // Positions in the message shall be those of the user's own text.
    return JSON.parse(text) as Json;
  }
}

/** As Go's encoding/json prints with an indent of four blanks: <, >, & and two line separators escaped, no line break at the end. */
export function printGoJson(value: Json): string {
  const escaped = JSON.stringify(value, null, 4).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.replace(/"\\u0000number:([^"]*)"/g, '$1');
}
