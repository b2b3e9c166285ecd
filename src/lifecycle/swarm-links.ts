import type { Host } from '../host/host.js';
import type { MachineName } from '../name.js';
import { swarmEngine, type SwarmEngine } from '../swarm/engine.js';
import { engineAddress } from './engine-address.js';
import type { Program } from './program.js';
import { connectTo } from './host-connection.js';

/** The ways to the machines of a cluster for the time of one command: each host is connected to once. */
export class SwarmLinks implements AsyncDisposable {
  readonly #hosts = new Map<MachineName, Promise<Host>>();

  constructor(readonly program: Program) {}

  async engine(name: MachineName, timeoutMs: number): Promise<SwarmEngine> {
    const address = await engineAddress(await this.program.store.read(name), this.program);
    return swarmEngine(address, { timeoutMs, signal: this.program.signal });
  }

  host(name: MachineName): Promise<Host> {
    const known = this.#hosts.get(name);
    if (known) return known;
    const connecting = this.program.store
      .read(name)
      .then((machine) => connectTo(machine, this.program, { retry: false }));
    this.#hosts.set(name, connecting);
    connecting.catch(() => this.#hosts.delete(name));
    return connecting;
  }

  /** A host that was rebooted, or whose connection broke, is connected to anew. */
  async forget(name: MachineName): Promise<void> {
    const host = this.#hosts.get(name);
    this.#hosts.delete(name);
    await (await host?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#hosts.keys()].map((name) => this.forget(name)));
  }
}
