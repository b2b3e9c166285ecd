import { templateError } from './fault.js';
import type { MachineError } from '../errors.js';
import { lex } from './lexer.js';
import { isKeyword, type Token, type TokenKind } from './tokens.js';

/** The tokens one after the other, and the errors that name a line of them. */
export class TokenStream {
  /** Where the action began whose tokens are being read; an error on a later line says so. */
  actionAt: number | undefined = undefined;
  private readonly tokens: readonly Token[];
  private next = 0;
  private furthest = 0;

  constructor(private readonly source: string) {
    this.tokens = lex(source);
  }

  take(): Token {
    const token = this.peek();
    this.next += 1;
    return token;
  }

  peek(): Token {
    this.furthest = Math.max(this.furthest, this.next);
    return this.tokens[this.next] ?? { kind: 'end of input', at: this.source.length, text: '' };
  }

  takeNoSpace(): Token {
    if (this.peek().kind === 'space') this.next += 1;
    return this.take();
  }

  peekNoSpace(): Token {
    if (this.peek().kind === 'space') this.next += 1;
    return this.peek();
  }

  /** For looking ahead of more than one token. */
  mark(): number {
    return this.next;
  }

  back(mark: number): void {
    this.next = mark;
  }

  /** @throws MachineError BadOption */
  expect(kinds: readonly TokenKind[], context: string): Token {
    const token = this.takeNoSpace();
    if (!kinds.includes(token.kind)) throw this.unexpected(token, context);
    return token;
  }

  unexpected(token: Token, context: string): MachineError {
    if (token.kind !== 'error') return this.error(`unexpected ${tokenName(token)} in ${context}`);
    const line = this.actionAt === undefined ? 0 : this.lineAt(this.actionAt);
    if (line === 0 || line === this.lineAt(token.at)) return this.error(token.text);
    return this.error(`${token.text}${token.text.endsWith(' action') ? '' : ' in action'} started at :${line}`);
  }

  error(message: string): MachineError {
    return templateError(`:${this.lineAt(this.tokens[this.furthest]?.at ?? this.source.length)}: ${message}`);
  }

  private lineAt(at: number): number {
    return this.source.slice(0, at).split('\n').length;
  }
}

function tokenName({ kind, text }: Token): string {
  if (kind === 'end of input') return 'EOF';
  if (isKeyword(kind) || kind === 'dot') return `<${text}>`;
  return text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : JSON.stringify(text);
}
