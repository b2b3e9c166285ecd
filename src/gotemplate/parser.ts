import { Fault } from './fault.js';
import { unquote } from './literals.js';
import type { Branch, Node } from './nodes.js';
import { parsePipeline, type Scope } from './pipeline-parser.js';
import { quote } from './quote.js';
import { TokenStream } from './token-stream.js';
import type { Token, TokenKind } from './tokens.js';

/** The bodies by name; '' is the template itself. */
export type Templates = ReadonlyMap<string, readonly Node[]>;

/** @throws MachineError BadOption, in Go's words */
export function parse(source: string): Templates {
  const templates = new Map<string, readonly Node[]>();
  const scope: Scope = { stream: new TokenStream(source), variables: ['$'], loops: 0, depth: 0 };
  const root: Node[] = [];
  while (scope.stream.peek().kind !== 'end of input') {
    if (parseDefinition(scope, templates)) continue;
    const node = parseNode(scope, templates);
    if (isEnd(node)) throw scope.stream.error(`unexpected {{${node.kind}}}`);
    root.push(node);
  }
  add(scope, templates, { name: '', body: root });
  return templates;
}

interface End {
  readonly kind: 'end' | 'else';
}
type Parsed = Node | End;

function isEnd(node: Parsed): node is End {
  return node.kind === 'end' || node.kind === 'else';
}

/** `define` stands outside of all else. */
function parseDefinition({ stream, depth }: Scope, templates: Map<string, readonly Node[]>): boolean {
  const mark = stream.mark();
  if (stream.take().kind !== 'open' || stream.takeNoSpace().kind !== 'define') {
    stream.back(mark);
    return false;
  }
  const context = 'define clause';
  const name = nameOf(stream, stream.expect(['string', 'raw string'], context));
  stream.expect(['close'], context);
  parseBody({ stream, variables: ['$'], loops: 0, depth }, templates, { name, context });
  return true;
}

interface Definition {
  readonly name: string;
  readonly context: string;
}

/** The body of a `define` or a `block`, which sees no variable of what is around it. */
function parseBody(scope: Scope, templates: Map<string, readonly Node[]>, { name, context }: Definition): void {
  const { body, end } = parseList(scope, templates);
  if (end.kind !== 'end') throw scope.stream.error(`unexpected {{${end.kind}}} in ${context}`);
  add(scope, templates, { name, body });
}

/** The later of two bodies may be blank, the earlier one too; two that say something are a mistake. */
function add(
  { stream }: Scope,
  templates: Map<string, readonly Node[]>,
  { name, body }: { readonly name: string; readonly body: readonly Node[] },
): void {
  const old = templates.get(name);
  if (!old || isBlank(old)) templates.set(name, body);
  else if (!isBlank(body)) throw stream.error(`template: multiple definition of template ${quote(name)}`);
}

function isBlank(body: readonly Node[]): boolean {
  return body.every((node) => node.kind === 'text' && node.text.trim() === '');
}

/** Up to `end` or `else`. */
function parseList(scope: Scope, templates: Map<string, readonly Node[]>): { body: readonly Node[]; end: End } {
  const body: Node[] = [];
  while (scope.stream.peekNoSpace().kind !== 'end of input') {
    const node = parseNode(scope, templates);
    if (isEnd(node)) return { body, end: node };
    body.push(node);
  }
  throw scope.stream.error('unexpected EOF');
}

function parseNode(scope: Scope, templates: Map<string, readonly Node[]>): Parsed {
  const { stream } = scope;
  const token = stream.takeNoSpace();
  if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text };
  if (token.kind !== 'open') throw stream.unexpected(token, 'input');
  stream.actionAt = token.at;
  const node = parseAction(scope, templates);
  stream.actionAt = undefined;
  return node;
}

function parseAction(scope: Scope, templates: Map<string, readonly Node[]>): Parsed {
  const { stream } = scope;
  const { kind, at } = stream.peekNoSpace();
  if (!STATEMENTS.has(kind)) return { kind: 'action', at, pipeline: parsePipeline(scope, 'command', 'close') };
  stream.take();
  if (kind === 'if' || kind === 'range' || kind === 'with') return parseBranch(kind, scope, templates);
  if (kind === 'block' || kind === 'template') return parseTemplate(kind, scope, templates);
  if (kind === 'break' || kind === 'continue') return parseJump(kind, at, scope);
  if (kind === 'end') stream.expect(['close'], 'end');
  else if (stream.peekNoSpace().kind !== 'if') stream.expect(['close'], 'else');
  return { kind: kind === 'end' ? 'end' : 'else' };
}

const STATEMENTS: ReadonlySet<TokenKind> = new Set([
  'if',
  'range',
  'with',
  'block',
  'template',
  'break',
  'continue',
  'end',
  'else',
]);

/** Deeper ones are no work of a person, and the stack has an end. */
const DEEPEST = 400;

function parseBranch(kind: Branch['kind'], scope: Scope, templates: Map<string, readonly Node[]>): Branch {
  const { stream, variables } = scope;
  const inner = { ...scope, loops: scope.loops + (kind === 'range' ? 1 : 0), depth: scope.depth + 1 };
  if (inner.depth > DEEPEST) throw stream.error('nested too deeply');
  const declared = variables.length;
  const pipeline = parsePipeline(scope, kind, 'close');
  const { body, end } = parseList(inner, templates);
  let otherwise: readonly Node[] | undefined;
  if (end.kind === 'else') otherwise = parseElse(kind, { ...inner, loops: scope.loops }, templates);
  variables.length = declared;
  return { kind, at: pipeline.at, pipeline, body, ...(otherwise && { otherwise }) };
}

function parseElse(kind: Branch['kind'], scope: Scope, templates: Map<string, readonly Node[]>): readonly Node[] {
  const { stream } = scope;
  if (kind === 'if' && stream.peek().kind === 'if') {
    stream.take();
    return [parseBranch('if', scope, templates)];
  }
  const { body, end } = parseList(scope, templates);
  if (end.kind !== 'end') throw stream.error(`expected end; found {{${end.kind}}}`);
  return body;
}

/** `block` is a `define` and a `template` in one. */
function parseTemplate(kind: 'block' | 'template', scope: Scope, templates: Map<string, readonly Node[]>): Node {
  const { stream, depth } = scope;
  const context = `${kind} clause`;
  const token = stream.expect(['string', 'raw string'], context);
  const name = nameOf(stream, token);
  if (kind === 'template' && stream.peekNoSpace().kind === 'close') {
    stream.take();
    return { kind: 'template', at: token.at, name };
  }
  const pipeline = parsePipeline(scope, context, 'close');
  if (depth >= DEEPEST) throw stream.error('nested too deeply');
  if (kind === 'block')
    parseBody({ stream, variables: ['$'], loops: 0, depth: depth + 1 }, templates, { name, context });
  return { kind: 'template', at: token.at, name, pipeline };
}

function parseJump(kind: 'break' | 'continue', at: number, { stream, loops }: Scope): Node {
  stream.expect(['close'], `{{${kind}}}`);
  if (loops === 0) throw stream.error(`{{${kind}}} outside {{range}}`);
  return { kind, at };
}

function nameOf(stream: TokenStream, { text }: Token): string {
  try {
    return unquote(text);
  } catch (error) {
    if (error instanceof Fault) throw stream.error(error.message);
    throw error;
  }
}
