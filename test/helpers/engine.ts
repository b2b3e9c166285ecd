import './realm.js';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { KeyPair } from '../../src/record.js';

export interface TestEngine extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** tcp://127.0.0.1:port */
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
}

export interface EngineOptions {
  readonly server: KeyPair;
  /** The authority whose clients are let in. */
  readonly authority: string;
  readonly port?: number;
  readonly version?: string;
  /** Answers in place of an engine. */
  readonly answer?: RequestListener;
}

/** A stand-in engine on loopback: mutual TLS as dockerd has it, answering /version. */
export async function testEngine({
  server,
  authority,
  port = 0,
  version = '28.2.2',
  answer,
}: EngineOptions): Promise<TestEngine> {
  const asked: string[] = [];
  const options = { cert: server.certificate, key: server.privateKey, ca: authority, requestCert: true };
  const https = createHttpsServer({ ...options, rejectUnauthorized: true }, (request, response) => {
    asked.push(request.url ?? '');
    if (answer) return void answer(request, response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ Version: version, ApiVersion: '1.50', MinAPIVersion: '1.24' }));
  });
  https.on('tlsClientError', () => {});
  return listening(https, asked, port);
}

/** A server that speaks plain HTTP where an engine was expected. */
export async function plainHttpServer(): Promise<TestEngine> {
  return listening(
    createHttpServer((_request, response) => void response.end('hello')),
    [],
    0,
  );
}

/** Accepts connections and never says a word. */
export async function silentServer(): Promise<TestEngine> {
  const asked: string[] = [];
  return listening(
    createTcpServer(() => asked.push('a connection')),
    asked,
    0,
  );
}

/** A loopback port that nobody listens on. */
export async function freePort(): Promise<number> {
  await using server = await silentServer();
  return server.port;
}

async function listening(server: Server, asked: string[], wanted: number): Promise<TestEngine> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  });
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    url: `tcp://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
