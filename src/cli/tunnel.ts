import { fork } from 'node:child_process';
import { isSea } from 'node:sea';
import { MachineError, type ErrorCode, EXIT_CODES } from '../errors.js';
import type { MachineName } from '../name.js';

/** How the program is started again: its script, the store. Behind `node` in its published form. */
export interface TunnelStart {
  readonly script: string;
  readonly storePath: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** What the background process tells whoever started it. */
export type TunnelMessage =
  | { readonly state: 'ready' }
  | {
      readonly state: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly suggestions: readonly string[];
    };

/** A computer that is busy may take this long to start a process, in milliseconds. */
const START_WITHIN_MS = 30_000;

/** Starts `berth tunnel` in the background, and returns when clients can connect. @throws MachineError */
export function startTunnel(name: MachineName, { script, storePath, environment, signal }: TunnelStart): Promise<void> {
  const words = ['tunnel', '--background', '--storage-path', storePath, name];
  // The executable takes what node would take for a script as its first word.
  const [first, ...rest] = isSea() ? words : [script, ...words];
  const child = fork(first ?? script, rest, {
    // Its own group: what ends the shell's programs, or the terminal, leaves it alone.
    detached: true,
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  });
  return new Promise<void>((resolve, reject) => {
    const failed = (cause: unknown): void => reject(notStarted(name, cause));
    const timer = setTimeout(() => failed(new Error(`no sign of it within ${START_WITHIN_MS} ms`)), START_WITHIN_MS);
    const onAbort = (): void => reject(new MachineError('Cancelled', 'interrupted'));
    signal.addEventListener('abort', onAbort, { once: true });
    child
      .once('message', (message) => (isReady(message) ? resolve() : reject(reasonOf(name, message))))
      .once('error', failed)
      .once('exit', (code) => failed(new Error(`it ended with ${code}`)));
    child.once('disconnect', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    });
  }).finally(() => {
    if (child.connected) child.disconnect();
    child.unref();
  });
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'state' in message && message.state === 'ready';
}

function reasonOf(name: MachineName, message: unknown): MachineError {
  const { code, message: words, suggestions } = message as Extract<TunnelMessage, { state: 'failed' }>;
  if (typeof words !== 'string' || !Object.hasOwn(EXIT_CODES, code)) return notStarted(name, undefined);
  return new MachineError(code, words, { suggestions });
}

function notStarted(name: MachineName, cause: unknown): MachineError {
  return new MachineError('EngineUnreachable', `cannot start the tunnel to "${name}"`, {
    cause,
    suggestions: [`berth tunnel ${name}`],
  });
}
