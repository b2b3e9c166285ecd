import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request at a stand-in, as its provider would see it. */
export interface StandInRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export interface StandInAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** One call as the campaign counts it; `name` is the provider's: "RunInstances", "POST /v1/servers". */
export interface Call {
  readonly name: string;
  /** From 0, over all calls of the stand-in. */
  readonly index: number;
}
/** `drop before`: the connection breaks and nothing happened; `drop after`: it happened, and the answer is lost. */
export type Intervention = 'drop before' | 'drop after' | StandInAnswer | undefined;

/** What stands behind the instances of a stand-in: nothing in unit tests, real hosts in the e2e ones. */
export interface Machinery {
  /** Resolves to the instance's address, IPv4. */
  boot(instance: {
    readonly id: string;
    readonly name: string;
    readonly userData: string;
    readonly loginKeys: readonly string[];
  }): Promise<string>;
  start(id: string): Promise<string>;
  stop(id: string, how: 'shutdown' | 'power cut'): Promise<void>;
  remove(id: string): Promise<void>;
}

/** A provider's interface on loopback. `calls`, `left` and `intervene` are what the contract suite and the crash campaign use. */
export interface CloudStandIn extends AsyncDisposable {
  readonly url: string;
  /** Names of all calls so far, in order. */
  readonly calls: readonly string[];
  /** Asked for each call before it is handled. */
  intervene: (call: Call) => Intervention | Promise<Intervention>;
  /** Everything that exists and was not there at the beginning: "instance i-0", "key pair berth-web-1"; sorted. */
  left(): readonly string[];
}

export interface StandInParts {
  /** The call's name; the query and ids are left out where they would make every call another one. */
  nameOf(request: StandInRequest): string;
  handle(request: StandInRequest): StandInAnswer | Promise<StandInAnswer>;
  left(): readonly string[];
}

/** Serves the parts on a loopback port of its own. */
export async function standIn(parts: StandInParts): Promise<CloudStandIn> {
  const calls: string[] = [];
  const stand: { intervene: CloudStandIn['intervene'] } = { intervene: () => undefined };
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error instanceof Error ? error.stack : error));
    });
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked: StandInRequest = {
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', urlOf(server)),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    const call = { name: parts.nameOf(asked), index: calls.length };
    calls.push(call.name);
    const intervention = await stand.intervene(call);
    if (intervention === 'drop before') return void request.socket.destroy();
    if (typeof intervention === 'object') return send(response, intervention);
    const result = await parts.handle(asked);
    if (intervention === 'drop after') return void request.socket.destroy();
    send(response, result);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(stand, {
    url: urlOf(server),
    calls,
    left: () => [...parts.left()].sort(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function send(response: ServerResponse, { status, headers = {}, body }: StandInAnswer): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, ...headers }).end(text);
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
