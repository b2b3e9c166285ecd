import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { MachineError, systemCode, throwIfCancelled } from '../errors.js';

export interface EngineAddress {
  /** Whose engine it is, for advice. */
  readonly machine: string;
  /** tcp://host:port, or unix:///path for a socket of this computer. */
  readonly url: string;
  /** PEM texts: the authority that the engine's certificate must come from, and our own client pair; absent for a socket. */
  readonly authority?: string;
  readonly certificate?: string;
  readonly privateKey?: string;
}

export interface EngineRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Without an API version in front, so that every engine answers. */
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  /** The longest answer that is an engine's, in characters. */
  readonly longestAnswer: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** An open connection to the engine, to ask on. */
  readonly socket?: Duplex;
}

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks the engine, over mutual TLS where it is not a socket; whatever status it answers with is an answer.
 * @throws MachineError EngineUnreachable (network), CertificateInvalid (TLS), Cancelled
 */
export async function requestEngine(engine: EngineAddress, wanted: EngineRequest): Promise<EngineAnswer> {
  const { timeoutMs, signal } = wanted;
  /** What is under way: the connection, then the request on it. */
  let current: Socket | ClientRequest | undefined;
  const stop = (cause: Error): void => void current?.destroy(cause);
  const onAbort = (): void => stop(new Error('interrupted'));
  signal?.addEventListener('abort', onAbort);
  // One limit for everything: the name, the connection, the handshake and the answer.
  const timer = setTimeout(() => stop(new NoAnswer(timeoutMs)), timeoutMs);
  try {
    throwIfCancelled(signal);
    const socket = wanted.socket ?? (await connected(engine.url, (opening) => (current = opening)));
    return await answered((onAnswer) => (current = begin(engine, { ...wanted, socket }, onAnswer)), wanted);
  } catch (cause) {
    throw signal?.aborted ? new MachineError('Cancelled', 'interrupted') : explain(engine, cause as Error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * The connection first: for an engine that nobody reaches, TLS is not even loaded, which takes longer than all else of `ls`.
 * A socket of this computer is left to the request.
 */
function connected(url: string, onOpening: (socket: Socket) => void): Promise<Socket> | undefined {
  if (url.startsWith('unix://')) return undefined;
  return new Promise((resolve, reject) => {
    const socket = connect({ ...hostAndPort(url), noDelay: true });
    socket.once('error', reject).once('connect', () => resolve(socket));
    onOpening(socket);
  });
}

function answered(
  ask: (onAnswer: (response: IncomingMessage) => void) => ClientRequest,
  { body, longestAnswer }: Pick<EngineRequest, 'body' | 'longestAnswer'>,
): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const asked = ask((response) => {
      let answer = '';
      response.setEncoding('utf8');
      // Once an answer has begun, an end in the middle of it is told here and not to the request.
      response.on('error', reject);
      response.on('data', (part: string) => {
        answer += part;
        if (answer.length > longestAnswer) asked.destroy(new Error('the answer is too long for an engine'));
      });
      response.on('end', () => {
        // Nobody waits for a polite end of the connection, which takes a round trip.
        asked.destroy();
        resolve({ status: response.statusCode ?? 0, body: answer });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function begin(
  { url, authority, certificate, privateKey }: EngineAddress,
  { method = 'GET', path, body, socket }: Omit<EngineRequest, 'socket'> & { socket: Duplex | undefined },
  onAnswer: (response: IncomingMessage) => void,
): ClientRequest {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body ?? '') };
  const common = {
    method,
    path,
    ...(body === undefined ? {} : { headers }),
  };
  if (url.startsWith('unix://')) {
    // Without an agent, which would connect by itself.
    const createConnection = (): Duplex => socket ?? connect(url.slice('unix://'.length));
    return requestHttp({ ...common, createConnection, host: 'docker' }, onAnswer);
  }
  const { host, port } = hostAndPort(url);
  return requestHttps(
    {
      ...common,
      agent: false,
      ...{ host, port, ca: authority, cert: certificate, key: privateKey },
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(socket ? { socket } : {}),
    },
    onAnswer,
  );
}

class NoAnswer extends Error {
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** The host without brackets, and the port of a tcp:// URL; 2376 is the engine's registered TLS port. */
export function hostAndPort(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 2376 };
}

/** Network trouble and certificate trouble are different errors: renewing certificates never opened a firewall. */
function explain({ url, machine }: EngineAddress, cause: Error): MachineError {
  const code = systemCode(cause) ?? '';
  const flaw = TLS_FLAWS[code] ?? handshakeFlaw(code, cause.message);
  if (flaw !== undefined) {
    return new MachineError('CertificateInvalid', `cannot trust the engine at ${url}: ${flaw}`, {
      cause,
      suggestions: [`berth regenerate-certs ${machine}`],
    });
  }
  const fact = cause instanceof NoAnswer ? cause.message : (NETWORK_FACTS[code] ?? (code || cause.message));
  return new MachineError('EngineUnreachable', `cannot reach the engine at ${url}: ${fact}`, {
    cause,
    suggestions:
      code === 'ECONNREFUSED'
        ? [`berth status ${machine}`, `berth provision ${machine}`]
        : ['Check that no firewall or security group blocks this port', `berth status ${machine}`],
  });
}

const TLS_FLAWS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (is a clock wrong?)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another address or name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not signed by this store's authority",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not signed by this store's authority",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not signed by this store's authority",
  CERT_SIGNATURE_FAILURE: "its certificate is not signed by this store's authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not signed by this store's authority",
};

/** OpenSSL's reasons: Node gives them as a code or, behind EPROTO, within the message; the wording changes with its version. */
function handshakeFlaw(code: string, message: string): string | undefined {
  if (code.startsWith('ERR_OSSL_')) return 'the files of our own certificate cannot be read';
  if (!/^ERR_SSL_|^ERR_TLS_|^EPROTO$|CERT|SIGNATURE/.test(code)) return undefined;
  const reason = `${code} ${message}`.toLowerCase().replaceAll('_', ' ');
  if (/alert (bad certificate|unknown ca|certificate (required|expired|revoked|unknown))/.test(reason))
    return "it refused this store's client certificate";
  return /wrong version number|http request|packet length too long/.test(reason)
    ? 'it does not speak TLS'
    : 'the TLS handshake failed';
}

const NETWORK_FACTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer',
  ENOTFOUND: 'no such host name',
};
