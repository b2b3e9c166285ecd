import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { isMachineError, MachineError, throwIfCancelled } from '../errors.js';
import { formatSeconds, poll } from '../poll.js';
import { bracketed } from '../record.js';
import { Connection, type Reached } from './connection.js';
import { logIn } from './handshake.js';
import type { ConnectRequest, Host } from './host.js';
import { checkMachineKey, checkUserKey, namesMatch, readKnownHosts } from './known-hosts.js';
import { type LoginPlan, planLogin } from './login.js';
import { resolveRoute, type Route } from './ssh-config.js';
import { SshHost } from './ssh-host.js';
import { dialProxy, dialTcp, dialThrough } from './socket.js';
import { AttemptFailure, STUCK_AT, StageTeller } from './stage.js';

/** The key of a new host can come a moment after its sshd: cloud-init puts it there. In milliseconds. */
const REFUSED_FOR_MS = 20_000;
/** Limits of the first attempt, in milliseconds; each further attempt is given half as much again, up to the last. */
const DIAL_MS = { first: 1_500, last: 10_000 };
const BANNER_MS = { first: 3_000, last: 20_000 };

/**
 * One SSH connection to a host whose key is the right one.
 * @throws MachineError HostUnreachable, HostKeyChanged, LoginRefused, KeyUnusable, Cancelled
 */
export async function connect(request: ConnectRequest): Promise<Host> {
  throwIfCancelled(request.signal);
  const route = await resolveRoute(request);
  const hops = await Promise.all(
    [...route.jumps, route].map(async (hop, index) => ({
      route: hop,
      // The machine's own key is for the machine alone.
      plan: await planLogin(hop, index < route.jumps.length ? withoutKey(request) : request),
    })),
  );
  const attempts = new Attempts(request, hops);
  const reached = await attempts.untilReached();
  const target = { host: route.host, port: route.port, user: route.user };
  return new SshHost(new Connection(reached, request.name ?? target.host), target);
}

interface Hop {
  readonly route: Route;
  readonly plan: LoginPlan;
}

class Attempts {
  #count = 0;
  #last: unknown;
  #refusedSince: number | undefined;
  readonly #stages: StageTeller;

  constructor(
    private readonly request: ConnectRequest,
    private readonly hops: readonly Hop[],
  ) {
    this.#stages = new StageTeller(request.onStage);
  }

  /** Clients of the hops, the host's own the last. */
  async untilReached(): Promise<Reached[]> {
    const { withinMs, signal } = this.request;
    try {
      return await poll((either) => this.attempt(either), {
        what: 'SSH',
        withinMs,
        everyMs: 50,
        atMostEveryMs: 1_000,
        signal,
      });
    } catch (error) {
      if (error instanceof AttemptFailure) throw this.unreachable(error);
      if (!isMachineError(error, 'TimedOut')) throw error;
      throw isMachineError(this.#last) ? this.#last : this.unreachable(this.#last);
    } finally {
      this.#stages.stop();
    }
  }

  private async attempt(signal: AbortSignal): Promise<Reached[] | undefined> {
    const reached: Reached[] = [];
    try {
      for (const hop of this.hops) reached.push(await this.reach(hop, reached.at(-1)?.client, signal));
      return reached;
    } catch (error) {
      for (const { client } of reached) client.on('error', () => {}).destroy();
      throwIfCancelled(this.request.signal);
      // The limit cuts the last attempt short; what ended an earlier one tells more.
      if (!signal.aborted || this.#last === undefined) this.#last = error;
      if (error instanceof AttemptFailure) this.#stages.tell(error.stage);
      if (isMachineError(error, 'LoginRefused')) this.#stages.tell('authentication');
      if (!this.request.retry || !this.mayGoBetter(error)) throw error;
      return undefined;
    } finally {
      this.#count += 1;
    }
  }

  private async reach({ route, plan }: Hop, jump: Client | undefined, signal: AbortSignal): Promise<Reached> {
    const { request } = this;
    const isTarget = route === this.hops.at(-1)?.route;
    const check = { name: isTarget ? (request.name ?? route.host) : route.host, host: route.host, port: route.port };
    const path = isTarget ? request.knownHostsPath : join(request.homeFolder ?? '', '.ssh', 'known_hosts');
    const known = await readKnownHosts(path);
    const ofHop = isTarget ? known : known.filter(({ names }) => namesMatch(names, route));
    const socket = await this.dial(route, jump, signal);
    const client = await logIn({
      socket,
      route,
      plan,
      stages: this.#stages,
      checkHostKey: (key) => (isTarget ? checkMachineKey : checkUserKey)({ ...check, path, key }),
      knownTypes: ofHop.map(({ type }) => type),
      bannerMs: this.limit(BANNER_MS),
      signal,
    });
    return { client, socket };
  }

  private async dial(route: Route, jump: Client | undefined, signal: AbortSignal): Promise<Duplex> {
    if (jump) return dialThrough(jump, route);
    if (route.proxyCommand !== undefined) return dialProxy(route.proxyCommand);
    return dialTcp(route, { stages: this.#stages, dialMs: this.limit(DIAL_MS), signal });
  }

  private limit({ first, last }: typeof DIAL_MS): number {
    return this.request.retry ? Math.min(first * 1.5 ** this.#count, last) : this.request.withinMs;
  }

  private mayGoBetter(error: unknown): boolean {
    if (error instanceof AttemptFailure) {
      this.#refusedSince = undefined;
      return true;
    }
    if (!isMachineError(error, 'LoginRefused')) return false;
    this.#refusedSince ??= performance.now();
    return performance.now() - this.#refusedSince < REFUSED_FOR_MS;
  }

  private unreachable(last: unknown): MachineError {
    const { user, host, port } = this.hops.at(-1)?.route ?? this.request.target;
    const within = this.request.retry ? ` within ${formatSeconds(this.request.withinMs)}` : '';
    const stage = last instanceof AttemptFailure ? last.stage : 'connection timed out';
    const where = `${user}@${bracketed(host)}:${port}`;
    return new MachineError('HostUnreachable', `cannot reach ${where} over SSH${within}: ${STUCK_AT[stage]}`, {
      suggestions: SUGGESTIONS[stage] ?? [],
      cause: otherSidesWords(last instanceof AttemptFailure ? last.cause : last),
    });
  }
}

const SUGGESTIONS: Readonly<Partial<Record<AttemptFailure['stage'], readonly string[]>>> = {
  'resolving name': ['Check the name, or give the address itself'],
  'no route': ['Check that this computer is on a network that leads to the address (VPN, bastion)'],
  'connection refused': ['Check that sshd runs on the host and that the port is right'],
  'connection timed out': ['Check that the host runs and that no firewall or security group closes the port'],
  'no SSH banner': ['Check that it is sshd that listens on this port, and that the host has finished booting'],
};

/** Our own limit is no news: the message names it. */
function otherSidesWords(cause: unknown): unknown {
  return cause instanceof DOMException && cause.name === 'TimeoutError' ? undefined : cause;
}

function withoutKey(request: ConnectRequest): ConnectRequest {
  const { keyPath: _machineKey, ...rest } = request;
  return rest;
}
