import { spawn } from 'node:child_process';
import { connect as connectTcp } from 'node:net';
import { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { Route } from './ssh-config.js';
import { AttemptFailure, stageOf, type StageTeller } from './stage.js';

export interface Dial {
  readonly stages: StageTeller;
  /** How long to wait for an answer, in milliseconds. */
  readonly dialMs: number;
  readonly signal: AbortSignal;
}

/** Where several addresses stand behind one name, each gets this long before the next is tried too, in milliseconds. */
const NEXT_ADDRESS_MS = 1_000;

/** A TCP connection, small packets not held back. @throws AttemptFailure */
export function dialTcp({ host, port }: Route, { stages, dialMs, signal }: Dial): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    stages.enter('resolving name');
    const socket = connectTcp({
      host,
      port,
      noDelay: true,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    });
    let isResolved = false;
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      stages.stop();
    };
    const fail = (cause: unknown): void => {
      settle();
      socket.on('error', () => {}).destroy();
      const stage = stageOf(cause);
      reject(new AttemptFailure(stage === 'connection timed out' && !isResolved ? 'resolving name' : stage, cause));
    };
    const onAbort = (): void => fail(signal.reason);
    const timer = setTimeout(() => fail(new Error(`no answer for ${dialMs} ms`)), dialMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('lookup', (error: Error | null) => {
      isResolved = !error;
      if (isResolved) stages.enter('connection timed out');
    });
    socket.once('error', fail).once('connect', () => {
      settle();
      socket.off('error', fail);
      resolve(socket);
    });
    // An address needs no look-up, and then Node tells of none.
    if (!/[a-z]/i.test(host) || host.includes(':')) isResolved = true;
  });
}

/** A connection through a host that is logged in to already. @throws AttemptFailure */
export function dialThrough(jump: Client, { host, port }: Route): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    jump.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (error) reject(new AttemptFailure('jump host', error));
      else resolve(channel);
    });
  });
}

/** The user's own ProxyCommand, run by a shell as ssh does; its stdin and stdout are the connection. */
export function dialProxy(command: string): Duplex {
  const proxy = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  const socket = Duplex.from({ readable: proxy.stdout, writable: proxy.stdin });
  proxy.once('error', (error) => socket.destroy(error));
  proxy.stdin.on('error', () => {});
  socket.on('error', () => {}).once('close', () => proxy.kill());
  return socket;
}
