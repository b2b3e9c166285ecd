import { Fault } from './fault.js';
import { isFunction } from './functions.js';
import { parseNumber, unquote, unquoteChar } from './literals.js';
import { nodeText, type Command, type Operand, type Pipeline } from './nodes.js';
import { quote } from './quote.js';
import { toBytes } from './bytes.js';
import type { TokenStream } from './token-stream.js';
import type { Token } from './tokens.js';

/** What is around the tokens that are read next. */
export interface Scope {
  readonly stream: TokenStream;
  /** The variables that can be named, `$` among them; grows and shrinks. */
  readonly variables: string[];
  /** `range` around. */
  readonly loops: number;
  /** Anything around. */
  readonly depth: number;
}

/** `$x := command | command …` up to the closing token, which is taken. @throws MachineError BadOption */
export function parsePipeline(scope: Scope, context: string, close: 'close' | 'right paren'): Pipeline {
  const { stream } = scope;
  const { at } = stream.peekNoSpace();
  const declared = parseDeclaration(scope, context);
  const commands: Command[] = [];
  for (let token = stream.peekNoSpace(); token.kind !== close; token = stream.peekNoSpace()) {
    if (!STARTS.has(token.kind)) throw stream.unexpected(stream.take(), context);
    commands.push(parseCommand(scope));
  }
  stream.take();
  if (commands.length === 0) throw stream.error(`missing value for ${context}`);
  const constant = commands.slice(1).findIndex(({ operands: [first] }) => CONSTANTS.has(first.kind));
  if (constant >= 0) throw stream.error(`non executable command in pipeline stage ${constant + 2}`);
  return { kind: 'pipeline', at, ...declared, commands };
}

const STARTS: ReadonlySet<Token['kind']> = new Set([
  'bool',
  'char',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw string',
  'string',
  'variable',
  'left paren',
]);
const CONSTANTS: ReadonlySet<Operand['kind']> = new Set(['bool', 'dot', 'nil', 'number', 'string']);
/** Far more than a person writes; looking one up is a walk through them all. */
const MOST_VARIABLES = 500;

function parseDeclaration(scope: Scope, context: string): Pick<Pipeline, 'variables' | 'isAssignment'> {
  const { stream, variables } = scope;
  const names: string[] = [];
  for (;;) {
    const mark = stream.mark();
    const token = stream.peekNoSpace();
    if (token.kind !== 'variable') break;
    stream.take();
    const { kind, text } = stream.peekNoSpace();
    const isComma = kind === 'other' && text === ',';
    if (kind !== 'assign' && kind !== 'declare' && !isComma) {
      stream.back(mark);
      break;
    }
    stream.take();
    names.push(token.text);
    variables.push(token.text);
    if (variables.length > MOST_VARIABLES) throw stream.error('too many variables');
    if (!isComma) return { variables: names, isAssignment: kind === 'assign' };
    if (context !== 'range' || names.length > 1) throw stream.error(`too many declarations in ${context}`);
    if (!['variable', 'close', 'right paren'].includes(stream.peekNoSpace().kind))
      throw stream.error('range can only initialize variables');
  }
  return { variables: names, isAssignment: false };
}

/** Operands apart by blanks, up to a pipe, which is taken, or to a closing token, which is not. */
function parseCommand(scope: Scope): Command {
  const { stream } = scope;
  const { at } = stream.peekNoSpace();
  const operands: Operand[] = [];
  for (;;) {
    stream.peekNoSpace();
    const operand = parseOperand(scope);
    if (operand) operands.push(operand);
    const { kind } = stream.peek();
    if (kind === 'close' || kind === 'right paren') break;
    const token = stream.take();
    if (kind === 'pipe') break;
    if (kind !== 'space') throw stream.unexpected(token, 'operand');
  }
  const [first, ...more] = operands;
  if (!first) throw stream.error('empty command');
  return { kind: 'command', at, operands: [first, ...more] };
}

/** A term and the fields behind it. */
function parseOperand(scope: Scope): Operand | undefined {
  const { stream } = scope;
  const term = parseTerm(scope);
  if (!term || stream.peek().kind !== 'field') return term;
  const { at } = stream.peek();
  const path: string[] = [];
  while (stream.peek().kind === 'field') path.push(stream.take().text.slice(1));
  if (term.kind === 'field' || term.kind === 'variable') return { ...term, at, path: [...term.path, ...path] };
  if (CONSTANTS.has(term.kind)) throw stream.error(`unexpected . after term ${quote(toBytes(nodeText(term)))}`);
  return { kind: 'chain', at, of: term, path };
}

/** Deeper ones are no work of a person, and the stack has an end. */
const DEEPEST = 400;

function parseTerm(scope: Scope): Operand | undefined {
  const { stream, variables } = scope;
  const { kind, at, text } = stream.peekNoSpace();
  if (!STARTS.has(kind)) return undefined;
  stream.take();
  if (kind === 'nil' || kind === 'dot') return { kind, at };
  if (kind === 'bool') return { kind, at, value: text === 'true' };
  if (kind === 'field') return { kind, at, path: [text.slice(1)] };
  if (kind === 'variable') {
    if (!variables.includes(text)) throw stream.error(`undefined variable ${quote(toBytes(text))}`);
    return { kind, at, name: text, path: [] };
  }
  if (kind === 'identifier') {
    if (!isFunction(text)) throw stream.error(`function ${quote(toBytes(text))} not defined`);
    return { kind: 'function', at, name: text };
  }
  if (kind !== 'left paren') return literal(stream, { kind, at, text });
  if (scope.depth >= DEEPEST) throw stream.error('nested too deeply');
  return parsePipeline({ ...scope, depth: scope.depth + 1 }, 'parenthesized pipeline', 'right paren');
}

function literal(stream: TokenStream, { kind, at, text }: Token): Operand {
  try {
    if (kind === 'number') return { kind, at, text, constant: parseNumber(text) };
    if (kind === 'char')
      return { kind: 'number', at, text, constant: { kind: 'int', value: BigInt(unquoteChar(text)) } };
    return { kind: 'string', at, text, value: unquote(text) };
  } catch (error) {
    if (error instanceof Fault) throw stream.error(error.message);
    throw error;
  }
}
