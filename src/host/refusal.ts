import type { Socket } from 'node:net';
import { isMachineError } from '../errors.js';

/** How long a client may take to ask, in milliseconds; one that says nothing is no client of an engine. */
const ASK_WITHIN_MS = 10_000;

/** Answers a client of an engine that there is no way to it, in the engine's own form, so that it shows the reason. */
export function refuse(socket: Socket, reason: unknown): void {
  const timer = setTimeout(() => socket.destroy(), ASK_WITHIN_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('data', (request: Buffer) => {
    socket.end(answer(textOf(reason), request.subarray(0, 5).toString() === 'HEAD '));
    // What is still coming is of no use to anybody.
    socket.resume();
  });
}

function answer(message: string, isHead: boolean): string {
  const body = `${JSON.stringify({ message })}\n`;
  const head = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`;
}

function textOf(reason: unknown): string {
  if (!isMachineError(reason)) return reason instanceof Error ? reason.message : String(reason);
  const [first] = reason.suggestions;
  return first === undefined ? reason.message : `${reason.message} (${first})`;
}
