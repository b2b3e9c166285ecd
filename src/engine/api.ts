import type { Duplex } from 'node:stream';
import { MachineError } from '../errors.js';
import type { Json } from '../record.js';
import { requestEngine, type EngineAddress, type EngineRequest } from './request.js';

export interface ApiCall {
  readonly method: NonNullable<EngineRequest['method']>;
  /** With its query: "/nodes/abc/update?version=7". */
  readonly path: string;
  readonly body?: Json;
  /** What is not there is no failure: undefined then. */
  readonly mayBeMissing?: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** An open connection to the engine, to ask on. */
  readonly socket?: Duplex;
}

/** Lists of nodes and services of a large cluster fit; what is longer is no engine's. In characters. */
const LONGEST_ANSWER = 64 << 20;

/**
 * One call of the engine's API over mutual TLS. Resolves to what its answer holds, undefined where that is nothing.
 * @throws MachineError EngineRefused with the engine's words as cause, EngineUnreachable, CertificateInvalid, Cancelled
 */
export async function callEngine(
  engine: EngineAddress,
  { body, mayBeMissing = false, ...call }: ApiCall,
): Promise<unknown> {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await requestEngine(engine, { ...call, ...text, longestAnswer: LONGEST_ANSWER });
  const content = parsed(answer.body);
  if (answer.status >= 200 && answer.status < 300) return content;
  if (answer.status === 404 && mayBeMissing) return undefined;
  const [path] = call.path.split('?');
  throw new MachineError(
    'EngineRefused',
    `the engine at ${engine.url} refused ${call.method} ${path} (HTTP status ${answer.status})`,
    { cause: new Error(wordsOf(content) ?? answer.body.slice(0, 500)) },
  );
}

function wordsOf(content: unknown): string | undefined {
  const isObject = typeof content === 'object' && content !== null;
  return isObject && 'message' in content && typeof content.message === 'string' ? content.message : undefined;
}

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
