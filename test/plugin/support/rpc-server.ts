import '../../helpers/realm.js';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { GobDecoder } from '../../../src/plugin/gob/decode.js';
import { GobEncoder, type GobData, type GobType } from '../../../src/plugin/gob/encode.js';
import { messagesOf } from '../../../src/plugin/gob/messages.js';
import type { GobStruct, GobValue } from '../../../src/plugin/gob/types.js';

export interface Reply {
  readonly type?: GobType;
  readonly data?: GobData;
  readonly error?: string;
  /** Sent in place of an answer. */
  readonly raw?: Buffer;
  /** No answer for ever. */
  readonly silent?: boolean;
  /** Answers under another number. */
  readonly number?: number;
  /** Waits until so many questions have come. */
  readonly after?: number;
  readonly drop?: boolean;
}

export interface RpcServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly calls: { readonly method: string; readonly argument: GobValue }[];
}

const RESPONSE: GobType = {
  kind: 'struct',
  name: 'Response',
  fields: { ServiceMethod: 'string', Seq: 'uint', Error: 'string' },
};
const EMPTY: GobType = { kind: 'struct', name: '', fields: {} };

export interface RpcServerOptions {
  readonly greeting?: string;
  readonly answer: (method: string, argument: GobValue) => Reply;
}

/** A stand-in for Go's net/rpc on loopback, whose answers a test decides. */
export async function rpcServer({
  greeting = 'HTTP/1.0 200 Connected to Go RPC\n\n',
  answer,
}: RpcServerOptions): Promise<RpcServer> {
  const calls: { method: string; argument: GobValue }[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    void serve(socket).catch(() => socket.destroy());
  });
  const waiting: { after: number; send: () => void }[] = [];

  async function serve(socket: Socket): Promise<void> {
    const [hello] = (await once(socket, 'data')) as [Buffer];
    if (!hello.toString().startsWith('CONNECT /_goRPC_ HTTP/1.0\n\n')) return void socket.destroy();
    socket.write(greeting);
    const encoder = new GobEncoder();
    const messages = messagesOf(socket as AsyncIterable<Buffer>);
    const decoder = new GobDecoder(async () => (await messages.next()).value ?? undefined);
    for (;;) {
      const request = (await decoder.next()) as GobStruct | undefined;
      const argument = await decoder.next();
      if (request === undefined || argument === undefined) return;
      const method = request['ServiceMethod'] as string;
      calls.push({ method, argument });
      const reply = answer(method, argument);
      const number = reply.number ?? ((request['Seq'] ?? 0) as number);
      const send = (): void => {
        if (reply.silent) return;
        if (reply.drop) return void socket.destroy();
        if (reply.raw) return void socket.write(reply.raw);
        const response = { ServiceMethod: method, Seq: number, Error: reply.error ?? '' };
        socket.write(encoder.encode(RESPONSE, response));
        socket.write(
          encoder.encode(reply.error ? EMPTY : (reply.type ?? EMPTY), reply.error ? {} : (reply.data ?? {})),
        );
      };
      waiting.push({ after: reply.after ?? 0, send });
      for (const one of waiting.filter(({ after }) => after <= calls.length)) {
        waiting.splice(waiting.indexOf(one), 1);
        one.send();
      }
    }
  }

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    calls,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
