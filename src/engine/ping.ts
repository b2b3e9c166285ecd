import type { Duplex } from 'node:stream';
import { MachineError } from '../errors.js';
import { requestEngine, type EngineAddress } from './request.js';

export type { EngineAddress } from './request.js';

/** What an engine says of itself at /version, as far as berth uses it. */
export interface EngineVersion {
  readonly version: string;
  readonly apiVersion: string;
}

export interface PingOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** An open connection to the engine, to ask on. */
  readonly socket?: Duplex;
}

/** An engine's /version is below 2 KiB; a megabyte is somebody else. */
const LONGEST_ANSWER = 1 << 20;

/**
 * Asks the engine for its version over mutual TLS.
 * @throws MachineError EngineUnreachable (network), CertificateInvalid (TLS), Cancelled
 */
export async function pingEngine(engine: EngineAddress, options: PingOptions): Promise<EngineVersion> {
  const { status, body } = await requestEngine(engine, { path: '/version', longestAnswer: LONGEST_ANSWER, ...options });
  return parseVersion(status, body, engine.url);
}

function parseVersion(status: number, body: string, url: string): EngineVersion {
  const answer = status === 200 ? parsedJson(body) : undefined;
  if (typeof answer === 'object' && answer !== null && 'Version' in answer && typeof answer.Version === 'string') {
    const apiVersion = 'ApiVersion' in answer && typeof answer.ApiVersion === 'string' ? answer.ApiVersion : '';
    return { version: answer.Version, apiVersion };
  }
  if (status === 503)
    throw new MachineError('EngineUnreachable', `cannot reach the engine at ${url}`, { cause: words(body) });
  throw new MachineError('EngineUnreachable', `something that is no engine answers at ${url} (HTTP status ${status})`, {
    cause: words(body),
  });
}

/** A tunnel that does not get through says why as an engine would. */
function words(body: string): Error {
  const answer = parsedJson(body);
  const hasMessage = typeof answer === 'object' && answer !== null && 'message' in answer;
  return new Error(hasMessage ? String(answer.message) : body.slice(0, 500));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
