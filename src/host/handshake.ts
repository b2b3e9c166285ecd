import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { hasten } from './hasten.js';
import { type LoginPlan, refusedLogin } from './login.js';
import type { Route } from './ssh-config.js';
import { AttemptFailure, type Stage, type StageTeller } from './stage.js';

export interface Handshake {
  readonly socket: Duplex;
  readonly route: Route;
  readonly plan: LoginPlan;
  readonly stages: StageTeller;
  /** Throws when the key is not to be trusted. */
  readonly checkHostKey: (key: Buffer) => Promise<void>;
  /** Types of the keys that are known, so that the server shows one of those. */
  readonly knownTypes: readonly string[];
  /** How long the server may be silent before its first line, in milliseconds. */
  readonly bannerMs: number;
  readonly signal: AbortSignal;
}

/** A dead peer is noticed within 15 s × 3. */
const KEEP_ALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };
/** After the banner a server has this long for everything else, in milliseconds; sshd itself allows 120 s. */
const LOGIN_MS = 60_000;
/** Strongest first, RSA only with SHA-2; the last for hosts from before 2013. */
const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/** SSH on an open socket, until logged in. @throws AttemptFailure, MachineError LoginRefused, and what checkHostKey throws */
export function logIn(handshake: Handshake): Promise<Client> {
  const client = new ssh2.Client();
  return new Promise<Client>((resolve, reject) => new Attempt(client, handshake, { resolve, reject }).start());
}

interface Outcome {
  readonly resolve: (client: Client) => void;
  readonly reject: (error: unknown) => void;
}

class Attempt {
  #stage: Stage = 'no SSH banner';
  #distrust: unknown;
  #banner = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: Client,
    private readonly handshake: Handshake,
    private readonly outcome: Outcome,
  ) {}

  start(): void {
    const { client, handshake } = this;
    const { socket, signal } = handshake;
    this.enter('no SSH banner', handshake.bannerMs);
    signal.addEventListener('abort', this.onAbort, { once: true });
    client
      .once('ready', () => this.succeed())
      .on('error', (error) => this.onError(error))
      .on('close', () => this.fail(new Error('the server closed the connection')))
      .on('banner', (text: string) => (this.#banner += text))
      .on('handshake', () => this.enter('authentication', LOGIN_MS));
    client.connect(this.config());
    hasten(client, handshake.plan.firstKey);
    // ssh2 pauses a socket before it listens, so this listener takes nothing away from it.
    const onData = (chunk: Buffer): void => {
      if (!chunk.toString('latin1').includes('SSH-')) return;
      socket.off('data', onData);
      if (this.#stage === 'no SSH banner') this.enter('key exchange', LOGIN_MS);
    };
    socket.on('data', onData);
    if (signal.aborted) this.onAbort();
    else if (socket.destroyed) this.fail(new Error('the server closed the connection'));
  }

  private config(): ConnectConfig {
    const { socket, route, plan, knownTypes } = this.handshake;
    const methods = [...plan.methods];
    return {
      sock: socket,
      username: route.user,
      readyTimeout: 0,
      ...KEEP_ALIVE,
      algorithms: { serverHostKey: preferred(knownTypes) },
      hostVerifier: (key: Buffer, verify: (accepted: boolean) => void) => this.verify(key, verify),
      authHandler: (_left, _partial, next) => {
        const method = methods.shift();
        // false ends the login; the types leave it out.
        next(method ?? (false as never));
      },
    };
  }

  private verify(key: Buffer, verify: (accepted: boolean) => void): void {
    this.handshake.checkHostKey(key).then(
      () => verify(true),
      (error: unknown) => {
        this.#distrust = error;
        this.#stage = 'host key';
        verify(false);
        this.fail(error);
      },
    );
  }

  private onError(error: Error & { level?: string }): void {
    // ssh2 goes on with the next method after these.
    if (error.level === 'agent') return;
    if (error.level === 'client-authentication' && !error.message.startsWith('All configured')) return;
    this.fail(error);
  }

  private readonly onAbort = (): void => this.fail(this.handshake.signal.reason);

  private enter(stage: Stage, limitMs: number): void {
    this.#stage = stage;
    this.handshake.stages.enter(stage);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.fail(new Error(`no answer for ${limitMs} ms`)), limitMs);
  }

  private succeed(): void {
    this.finish();
    this.client.removeAllListeners();
    this.outcome.resolve(this.client);
  }

  private fail(cause: unknown): void {
    this.finish();
    this.client.removeAllListeners().on('error', () => {});
    this.client.destroy();
    this.handshake.socket.destroy();
    this.outcome.reject(this.errorFor(cause));
  }

  private errorFor(cause: unknown): unknown {
    if (this.#distrust !== undefined) return this.#distrust;
    const isRefusal = this.#stage === 'authentication' && cause instanceof Error && REFUSAL.test(cause.message);
    if (!isRefusal) return new AttemptFailure(this.#stage, cause);
    const { route, plan } = this.handshake;
    return refusedLogin(route, plan, this.#banner === '' ? cause : new Error(this.#banner.trim(), { cause }));
  }

  private finish(): void {
    clearTimeout(this.#timer);
    this.handshake.stages.stop();
    this.handshake.signal.removeEventListener('abort', this.onAbort);
  }
}

/** ssh2's own words when nothing is left to offer, and sshd's when too much was. */
const REFUSAL = /^All configured|too many authentication|no more authentication|not allowed|access denied/i;

function preferred(knownTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const isKnown = (algorithm: string): boolean =>
    knownTypes.includes(algorithm.startsWith('rsa-sha2') ? 'ssh-rsa' : algorithm);
  return [...HOST_KEY_ALGORITHMS].sort((a, b) => Number(isKnown(b)) - Number(isKnown(a)));
}
