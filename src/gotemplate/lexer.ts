import { unicodeName } from './quote.js';
import { isKeyword, type Token, type TokenKind } from './tokens.js';

interface Scan {
  readonly source: string;
  readonly tokens: Token[];
  at: number;
  /** Parentheses that are open in the action. */
  depth: number;
}

/** All tokens; the last one is the end of the input or an error. */
export function lex(source: string): readonly Token[] {
  const scan: Scan = { source, tokens: [], at: 0, depth: 0 };
  while (lexText(scan)) if (!(lexComment(scan) ?? lexAction(scan))) break;
  return scan.tokens;
}

/** Up to the next action, whose trim marker takes the blanks before it. False at the end of the input. */
function lexText(scan: Scan): boolean {
  const { source, at } = scan;
  const next = source.indexOf('{{', at);
  const text = source.slice(at, next < 0 ? source.length : next);
  const kept = next >= 0 && LEFT_TRIM.test(source.slice(next + 2, next + 4)) ? trimEnd(text) : text;
  if (kept !== '') scan.tokens.push({ kind: 'text', at, text: kept });
  scan.at = next < 0 ? source.length : next;
  if (next < 0) scan.tokens.push({ kind: 'end of input', at: source.length, text: '' });
  return next >= 0;
}

const LEFT_TRIM = /^-[ \t\r\n]/;
const COMMENT = /\{\{(?:-[ \t\r\n])?(?=\/\*)/y;
const COMMENT_END = /[ \t\r\n]-\}\}[ \t\r\n]*|\}\}/y;

/** Undefined where no comment stands, false after an error. */
function lexComment(scan: Scan): boolean | undefined {
  const opening = match(scan, COMMENT);
  if (opening === undefined) return undefined;
  const at = scan.at + opening.length;
  const end = scan.source.indexOf('*/', at + 2);
  if (end < 0) return fail(scan, 'unclosed comment', at);
  scan.at = end + 2;
  const closing = match(scan, COMMENT_END);
  if (closing === undefined) return fail(scan, 'comment ends before closing delimiter', at);
  scan.at += closing.length;
  return true;
}

/** From the opening to the closing delimiter. False after an error. */
function lexAction(scan: Scan): boolean {
  scan.tokens.push({ kind: 'open', at: scan.at, text: '{{' });
  scan.at += LEFT_TRIM.test(scan.source.slice(scan.at + 2, scan.at + 4)) ? 4 : 2;
  scan.depth = 0;
  for (;;) {
    const closing = match(scan, CLOSING);
    if (closing !== undefined) {
      if (scan.depth > 0) return fail(scan, 'unclosed left paren');
      scan.tokens.push({ kind: 'close', at: scan.at + (closing === '}}' ? 0 : 2), text: '}}' });
      scan.at += closing.length;
      return true;
    }
    if (scan.at >= scan.source.length) return fail(scan, 'unclosed action');
    if (!lexToken(scan)) return false;
  }
}

/** A closing delimiter whose trim marker takes the blanks after it. */
const CLOSING = /[ \t\r\n]-\}\}[ \t\r\n]*|\}\}/y;

function lexToken(scan: Scan): boolean {
  const first = scan.source.charAt(scan.at);
  if (/[ \t\r\n]/.test(first)) return push(scan, 'space', match(scan, SPACE) ?? first);
  if (first === '"') return lexQuoted(scan, STRING, 'string');
  if (first === "'") return lexQuoted(scan, CHAR, 'char');
  if (first === '`') return lexQuoted(scan, RAW, 'raw string');
  if (first === '.' && /[^0-9]/.test(scan.source.charAt(scan.at + 1))) return lexName(scan, 'field');
  if (first === '$') return lexName(scan, 'variable');
  if (/[0-9.+-]/.test(first)) return lexNumber(scan);
  if (match(scan, WORD) !== undefined) return lexName(scan, 'identifier');
  return lexSign(scan, first);
}

/** The last blank before a closing trim marker belongs to the marker. */
const SPACE = /[ \t\r\n]+?(?=[ \t\r\n]-\}\})|[ \t\r\n]+/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"/y;
const CHAR = /'(?:[^'\\\n]|\\[^\n])*'/y;
const RAW = /`[^`]*`/y;
const WORD = /[\p{L}\p{Nd}_]+/uy;
const TERMINATOR = /[ \t\r\n.,|:)(]|\}\}|$/y;
const UNTERMINATED = {
  string: 'unterminated quoted string',
  char: 'unterminated character constant',
  'raw string': 'unterminated raw quoted string',
};

function lexQuoted(scan: Scan, pattern: RegExp, kind: keyof typeof UNTERMINATED): boolean {
  const text = match(scan, pattern);
  return text === undefined ? fail(scan, UNTERMINATED[kind]) : push(scan, kind, text);
}

/** A word, or one behind a dot or a dollar sign; both of these may stand alone. */
function lexName(scan: Scan, kind: 'field' | 'variable' | 'identifier'): boolean {
  const begin = scan.at;
  if (kind !== 'identifier') scan.at += 1;
  scan.at += match(scan, WORD)?.length ?? 0;
  const end = scan.at;
  const isTerminated = match(scan, TERMINATOR) !== undefined;
  scan.at = begin;
  const text = scan.source.slice(begin, end);
  if (!isTerminated) return fail(scan, `bad character ${unicodeName(scan.source.codePointAt(end) ?? 0)}`);
  if (kind === 'identifier') return push(scan, wordKind(text), text);
  return push(scan, text === '.' ? 'dot' : kind, text);
}

function wordKind(word: string): TokenKind {
  if (isKeyword(word)) return word;
  return word === 'true' || word === 'false' ? 'bool' : 'identifier';
}

const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

/** Digits in any order that may be a number; what they mean is the parser's matter. Complex numbers are left out on purpose. */
function lexNumber(scan: Scan): boolean {
  const begin = scan.at;
  const text = match(scan, NUMBER) ?? '';
  scan.at += text.length;
  const isComplex = /[+-]/.test(scan.source.charAt(scan.at)) || text.endsWith('i');
  if (isComplex) scan.at += match(scan, NUMBER)?.length ?? 0;
  if (match(scan, WORD) !== undefined) scan.at += String.fromCodePoint(scan.source.codePointAt(scan.at) ?? 0).length;
  const whole = scan.source.slice(begin, scan.at);
  scan.at = begin;
  return isComplex || whole !== text
    ? fail(scan, `bad number syntax: ${JSON.stringify(whole)}`)
    : push(scan, 'number', text);
}

const SIGNS: Readonly<Record<string, TokenKind>> = {
  '=': 'assign',
  '|': 'pipe',
  '(': 'left paren',
  ')': 'right paren',
};

function lexSign(scan: Scan, first: string): boolean {
  if (first === ':') {
    const isDeclaration = scan.source.startsWith(':=', scan.at);
    return isDeclaration ? push(scan, 'declare', ':=') : fail(scan, 'expected :=');
  }
  if (first === '(') scan.depth += 1;
  if (first === ')') scan.depth -= 1;
  if (scan.depth < 0) {
    push(scan, 'right paren', first);
    return fail(scan, `unexpected right paren ${unicodeName(0x29)}`);
  }
  const kind = SIGNS[first] ?? 'other';
  if (kind !== 'other' || /^[\x20-\x7e]$/.test(first)) return push(scan, kind, first);
  return fail(scan, `unrecognized character in action: ${unicodeName(scan.source.codePointAt(scan.at) ?? 0)}`);
}

function match({ source, at }: Scan, pattern: RegExp): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function push(scan: Scan, kind: TokenKind, text: string): true {
  scan.tokens.push({ kind, at: scan.at, text });
  scan.at += text.length;
  return true;
}

function fail(scan: Scan, message: string, at = scan.at): false {
  scan.tokens.push({ kind: 'error', at, text: message });
  return false;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
