import { isMachineError, MachineError } from '../errors.js';
import { formatSeconds } from '../poll.js';
import { AddressLine } from './address.js';
import { TIMES, type CallSettings, type PluginCommand, type PluginTimes } from './command.js';
import type { GobValue } from './gob/types.js';
import { PluginProcess, type Ending } from './process.js';
import { RpcConnection, type Argument, type Outcome } from './rpc.js';

/** Providers answer questions within a minute, or are not asked again. */
const ANSWER_WITHIN_MS = 60_000;
const API_VERSION = 1;
/** Before docker-machine 0.5.1 the service had the other name. */
const SERVICES = ['RPCServerDriver', 'RpcServerDriver'] as const;
const NOTHING: Argument = { type: { kind: 'struct', name: '', fields: {} }, data: {} };
const LONGEST_WORDS = 4_000;

/** Starts the binary of a driver and greets it. @throws MachineError DriverFailed, TimedOut, Cancelled */
export async function openPlugin(command: PluginCommand): Promise<Plugin> {
  const plugin = new Plugin(command);
  try {
    await plugin.greet();
    return plugin;
  } catch (error) {
    await plugin.kill();
    throw error;
  }
}

/** A driver binary that runs and can be called. Ends with its block. */
export class Plugin implements AsyncDisposable {
  readonly #command: PluginCommand;
  readonly #times: PluginTimes;
  readonly #process: PluginProcess;
  readonly #address = new AddressLine();
  #rpc: RpcConnection | undefined;
  #service: string = SERVICES[0];
  #heartbeat: NodeJS.Timeout | undefined;

  /** Use openPlugin. */
  constructor(command: PluginCommand) {
    this.#command = command;
    this.#times = { ...TIMES, ...command.times };
    const token = { MACHINE_PLUGIN_TOKEN: '42', MACHINE_PLUGIN_DRIVER_NAME: command.driver };
    const environment = { ...command.environment, ...token };
    this.#process = new PluginProcess({ path: command.path, environment, onLine: (...line) => this.#relay(...line) });
  }

  async greet(): Promise<void> {
    const { driver, signal } = this.#command;
    const { ended } = this.#process;
    const crash = (ending: Ending): MachineError => this.#crash(ending);
    const address = await this.#address.wait({ driver, withinMs: this.#times.startMs, signal, ended, crash });
    const wait = { what: `driver "${driver}" to accept a connection`, withinMs: this.#times.startMs, signal };
    try {
      this.#rpc = await RpcConnection.open(address, wait);
    } catch (error) {
      throw await this.#explained(error);
    }
    const version = await this.#version();
    if (version !== API_VERSION) {
      throw new MachineError('DriverFailed', `driver "${driver}" speaks API version ${version}, not ${API_VERSION}`, {
        suggestions: [`Install a docker-machine-driver-${driver} made for docker-machine 0.5 to 0.16`],
      });
    }
    this.#heartbeat = setInterval(() => void this.#beat(), this.#times.heartbeatMs);
    this.#heartbeat.unref();
  }

  /**
   * Calls a method of the driver and hands over its reply.
   * @throws MachineError DriverFailed (or the code in settings) with the driver's words as cause, TimedOut, Cancelled
   */
  async call(method: string, argument: Argument = NOTHING, settings: CallSettings = {}): Promise<GobValue> {
    const outcome = await this.#outcome(method, argument, settings);
    if (outcome.state === 'answered') return outcome.reply;
    throw this.refused(outcome.words, { refusing: method, ...settings });
  }

  /** Calls a method that takes nothing, where a refusal may be as good as an answer. */
  ask(method: string, settings: CallSettings): Promise<Outcome> {
    return this.#outcome(method, NOTHING, settings);
  }

  refused(words: string, { refusal = 'DriverFailed', refusing = '' }: CallSettings): MachineError {
    const cause = new Error(this.#masked(words.slice(0, LONGEST_WORDS)));
    return new MachineError(refusal, `driver "${this.#command.driver}" refused ${refusing}`, { cause });
  }

  async kill(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#rpc?.[Symbol.dispose]();
    this.#process.kill();
    await this.#process.endWithin(this.#times.closeMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#heartbeat);
    // Its end and its answer race; either will do.
    const closed = this.call('Close', NOTHING, { withinMs: this.#times.closeMs, signal: new AbortController().signal });
    await Promise.race([closed.catch(() => {}), this.#process.ended]);
    if (!(await this.#process.endWithin(this.#times.closeMs))) await this.kill();
    this.#rpc?.[Symbol.dispose]();
  }

  async #version(): Promise<number> {
    const settings = { withinMs: this.#times.startMs };
    const first = await this.#outcome('GetVersion', NOTHING, settings);
    if (first.state === 'refused') this.#service = SERVICES[1];
    const reply = first.state === 'answered' ? first.reply : await this.call('GetVersion', NOTHING, settings);
    return typeof reply === 'number' ? reply : 0;
  }

  async #outcome(method: string, argument: Argument, settings: CallSettings): Promise<Outcome> {
    const { driver } = this.#command;
    const { withinMs = ANSWER_WITHIN_MS, signal = this.#command.signal } = settings;
    if (!this.#rpc) throw new MachineError('DriverFailed', `driver "${driver}" has not been greeted`);
    try {
      const wait = { what: `driver "${driver}" to answer ${method}`, withinMs, signal };
      return await this.#rpc.call(`${this.#service}.${method}`, argument, wait);
    } catch (error) {
      throw await this.#explained(error);
    }
  }

  /** A lost connection is most often the end of the process, which knows more. */
  async #explained(error: unknown): Promise<unknown> {
    const { driver } = this.#command;
    if (!isMachineError(error, 'DriverFailed')) return error;
    const ending = await this.#process.endWithin(this.#times.closeMs);
    if (ending) return this.#crash(ending);
    return new MachineError('DriverFailed', `driver "${driver}" answers what docker-machine would not understand`, {
      cause: error,
    });
  }

  #crash(ending: Ending): MachineError {
    const { driver } = this.#command;
    if ('neverBegan' in ending)
      return new MachineError('DriverFailed', `cannot start driver "${driver}"`, { cause: ending.neverBegan });
    const words = this.#masked(this.#process.lastWords);
    const cause = words === '' ? {} : { cause: new Error(words) };
    return new MachineError('DriverFailed', `driver "${driver}" crashed ${ending.how}`, cause);
  }

  async #beat(): Promise<void> {
    const { driver } = this.#command;
    try {
      const signal = new AbortController().signal;
      await this.call('Heartbeat', NOTHING, { withinMs: this.#times.hangMs, signal });
    } catch (error) {
      if (!isMachineError(error, 'TimedOut')) return;
      const silence = formatSeconds(this.#times.hangMs);
      this.#rpc?.fail(new MachineError('TimedOut', `driver "${driver}" hangs: no heartbeat for ${silence}`));
      await this.kill();
    }
  }

  #relay(from: 'stdout' | 'stderr', line: string): void {
    if (line.trim() === '' || (from === 'stdout' && this.#address.take(line))) return;
    const { report } = this.#command;
    if (from === 'stdout') report.info(this.#masked(line));
    else report.debug(this.#masked(line));
  }

  #masked(text: string): string {
    // Shorter ones occur in every text by chance, and protect nothing.
    const secrets = this.#command.secrets.filter((secret) => secret.length >= 4);
    return secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  }
}
