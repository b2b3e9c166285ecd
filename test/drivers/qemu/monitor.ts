import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../../src/record.js';

const GREETING = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 } }, capabilities: [] } };

/** What the stand-in answers to a command: a value, or qemu's words of refusal; `events` are sent before. */
export interface Reply {
  readonly value?: Json;
  readonly refusal?: string;
  readonly events?: readonly JsonObject[];
  /** The process ends instead of answering. */
  readonly ends?: true;
  /** Nothing is answered. */
  readonly silent?: true;
}
export type Replies = Readonly<Record<string, Reply | ((args: JsonObject) => Reply)>>;

export interface Monitor extends AsyncDisposable {
  readonly path: string;
  /** Commands with their arguments, in order; the handshake is not among them. */
  readonly heard: readonly (readonly [command: string, args: JsonObject])[];
}

/** A stand-in for the monitor of a QEMU process: it speaks the protocol on a socket in this folder. */
export async function monitorIn(folder: string, replies: Replies = {}, name = 'qmp.sock'): Promise<Monitor> {
  const heard: [string, JsonObject][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
    converse(socket, (command, args) => {
      if (command === 'qmp_capabilities') return {};
      heard.push([command, args]);
      const reply = replies[command] ?? {};
      const said = typeof reply === 'function' ? reply(args) : reply;
      if (said.ends) for (const one of sockets) one.destroy();
      if (said.ends) server.close();
      return said;
    });
  });
  const path = join(folder, name);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { path, heard, [Symbol.asyncDispose]: () => closed(server, sockets) };
}

function converse(socket: Socket, replyTo: (command: string, args: JsonObject) => Reply): void {
  const say = (message: JsonObject): void => void socket.write(`${JSON.stringify(message)}\r\n`);
  let unfinished = '';
  say(GREETING);
  socket.on('data', (part: Buffer) => {
    const lines = (unfinished + part.toString()).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) {
      const { execute, arguments: args, id } = JSON.parse(line) as { execute: string; arguments: JsonObject; id: Json };
      const { value = {}, refusal, events = [], ends, silent } = replyTo(execute, args);
      if (ends || silent) continue;
      for (const event of events) say(event);
      say(refusal === undefined ? { return: value, id } : { error: { class: 'GenericError', desc: refusal }, id });
    }
  });
}

async function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}
