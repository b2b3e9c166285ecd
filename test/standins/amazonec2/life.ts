import type { Machinery } from '../server.js';
import type { Instance, World } from './world.js';

/** What an instance is on its way to, and what it becomes there. */
const NEXT = { pending: 'running', stopping: 'stopped', 'shutting-down': 'terminated' } as const;

/** Instances' ways from one state to the next: by polls, by time, or as real hosts behind them get there. */
export class Life {
  readonly #machinery: Machinery | undefined;
  /** Polls left, by instance. */
  readonly #polls = new Map<string, number>();
  #addresses = 0;

  constructor(machinery: Machinery | undefined) {
    this.#machinery = machinery;
  }

  boot(world: World, instance: Instance, loginKeys: readonly string[]): void {
    if (world.settings.endsWith) {
      instance.reason = world.settings.endsWith;
      return this.#become(world, instance, 'terminated');
    }
    const { id, userData, tags } = instance;
    this.#move(world, instance, this.#machinery?.boot({ id, name: tags['Name'] ?? id, userData, loginKeys }));
  }

  start(world: World, instance: Instance): void {
    instance.state = 'pending';
    this.#move(world, instance, this.#machinery?.start(instance.id));
  }

  stop(world: World, instance: Instance, isForced: boolean): void {
    instance.state = 'stopping';
    const stopped = this.#machinery?.stop(instance.id, isForced ? 'power cut' : 'shutdown');
    this.#move(
      world,
      instance,
      stopped?.then(() => ''),
    );
  }

  end(world: World, instance: Instance): void {
    instance.state = 'shutting-down';
    instance.reason = {
      Code: 'Client.UserInitiatedShutdown',
      Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    };
    this.#move(
      world,
      instance,
      this.#machinery?.remove(instance.id).then(() => ''),
    );
  }

  /** One poll has seen it. */
  polled(world: World, instance: Instance): void {
    const left = this.#polls.get(instance.id);
    if (left === undefined || !(instance.state in NEXT)) return;
    if (left > 0) return void this.#polls.set(instance.id, left - 1);
    this.#arrive(world, instance, '');
  }

  #move(world: World, instance: Instance, arrival: Promise<string> | undefined): void {
    const { polls, bootMs } = world.settings;
    const going = instance.state;
    const arrive = (address: string): void => {
      if (instance.state === going) this.#arrive(world, instance, address);
    };
    if (arrival) {
      const fail = (error: unknown): void => {
        instance.reason = { Code: 'Server.InternalError', Message: `Server.InternalError: ${String(error)}` };
        this.#become(world, instance, 'terminated');
      };
      return void arrival.then(arrive, fail);
    }
    if (bootMs > 0 && going === 'pending') return void setTimeout(arrive, bootMs, '').unref();
    this.#polls.set(instance.id, polls);
  }

  #arrive(world: World, instance: Instance, address: string): void {
    const next = NEXT[instance.state as keyof typeof NEXT];
    this.#polls.delete(instance.id);
    this.#become(world, instance, next);
    // Another address after every stop, as EC2 gives them.
    if (next === 'running' && instance.publicAddress !== undefined) {
      this.#addresses += 1;
      instance.publicAddress = address || `203.0.113.${this.#addresses % 250}`;
    }
  }

  #become(world: World, instance: Instance, state: Instance['state']): void {
    instance.state = state;
    if (state !== 'terminated') return;
    world.parts.delete(instance.volumeId);
    world.parts.delete(instance.interfaceId);
    const request = world.requests.get(instance.spotRequestId);
    if (request && request.state !== 'cancelled') request.state = 'closed';
  }
}
