import { createServer, type Socket } from 'node:net';
import { MachineError } from '../errors.js';
import type { Connection } from './connection.js';
import type { Forward } from './host.js';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Connections carried at once; further ones are refused at our end and not queued on the host. */
const MOST_CONNECTIONS = 128;

/** @throws MachineError BadOption when the local port cannot be listened on */
export async function forward(
  connection: Connection,
  { local, remote }: { local: Endpoint; remote: Endpoint },
): Promise<Forward> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    carry(connection, socket, remote).catch(() => socket.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new MachineError('BadOption', `cannot listen on ${local.host}:${local.port}`, { cause }));
    });
    server.listen(local.port, local.host, resolve);
  });
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const forget = connection.onEnd(close);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : local.port,
    [Symbol.asyncDispose]: async () => {
      forget();
      close();
    },
  };
}

async function carry(connection: Connection, socket: Socket, remote: Endpoint): Promise<void> {
  const { channel, ended } = await connection.open((client, opened) => {
    client.forwardOut(socket.remoteAddress ?? '127.0.0.1', socket.remotePort ?? 0, remote.host, remote.port, opened);
  });
  void ended.then(() => socket.destroy());
  socket.once('close', () => channel.close());
  socket.pipe(channel).pipe(socket);
}
