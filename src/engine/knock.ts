import { connect, type Socket } from 'node:net';
import { pause } from '../poll.js';
import { hostAndPort } from './request.js';

/** Between two attempts, in milliseconds: of a distant engine several are on their way at once. */
const EVERY_MS = 20;

/**
 * A TCP connection to an engine that is being started, as soon as it listens: what it is asked then waits there until it
 * serves. Refusals are not told. @returns undefined once the signal fires or the limit is over
 */
export async function knock(url: string, { withinMs, signal }: Knocking): Promise<Socket | undefined> {
  const { host, port } = hostAndPort(url);
  const limit = AbortSignal.any([AbortSignal.timeout(withinMs), signal]);
  const waiting = new Set<Socket>();
  const opened = new AbortController();
  let first: Socket | undefined;
  while (first === undefined && !limit.aborted) {
    const socket = connect({ host, port, noDelay: true });
    waiting.add(socket);
    socket.on('error', () => {}).once('close', () => waiting.delete(socket));
    socket.once('connect', () => {
      first ??= socket;
      opened.abort();
    });
    await pause(EVERY_MS, AbortSignal.any([limit, opened.signal]));
  }
  for (const socket of waiting) if (socket !== first) socket.destroy();
  return first;
}

export interface Knocking {
  readonly withinMs: number;
  readonly signal: AbortSignal;
}
