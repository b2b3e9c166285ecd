import type { DriverContext } from '../driver.js';
import { MachineError } from '../errors.js';
import { isObject } from '../json.js';
import type { JsonObject } from '../record.js';
import { openPlugin, type Plugin } from './binary.js';
import type { CallSettings } from './command.js';
import { soundsSecret } from './options.js';
import type { PluginPlace } from './place.js';

/** The largest record of a real driver has some kilobytes. */
const LONGEST_CONFIG = 1024 * 1024;

/** Runs the work with the driver binary started; it has ended when this does. */
export async function withPlugin<T>(
  place: PluginPlace,
  {
    context,
    config,
  }: {
    readonly context: Pick<DriverContext<JsonObject>, 'report' | 'signal' | 'secrets'>;
    readonly config?: JsonObject;
  },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { report, signal, secrets } = context;
  const { name: driver, path, environment } = place;
  const hidden = [...Object.values(secrets), ...secretsIn(config)];
  await using plugin = await openPlugin({ driver, path, environment, report, signal, secrets: hidden });
  const session = new Session(plugin, place);
  if (config) await session.setConfig(config);
  return await work(session);
}

/** A driver binary and what its answers must be. */
export class Session {
  constructor(
    readonly plugin: Plugin,
    readonly place: PluginPlace,
  ) {}

  /** Records outlive moves of the store; the driver is told where it is now. */
  async setConfig(config: JsonObject): Promise<void> {
    const { storePath, printJson } = this.place;
    const before = config['StorePath'];
    const key = config['SSHKeyPath'];
    const moved =
      typeof before === 'string' && before !== '' && typeof key === 'string' && key.startsWith(`${before}/`)
        ? { SSHKeyPath: storePath + key.slice(before.length) }
        : {};
    const text = printJson({ ...config, ...moved, StorePath: storePath });
    await this.plugin.call('SetConfigRaw', { type: 'bytes', data: Buffer.from(text) }, { refusing: 'its own record' });
  }

  /** @throws MachineError DriverFailed */
  async config(settings: CallSettings = {}): Promise<JsonObject> {
    const reply = await this.plugin.call('GetConfigRaw', undefined, settings);
    if (!Buffer.isBuffer(reply) || reply.length > LONGEST_CONFIG) throw this.#lie('GetConfigRaw');
    try {
      const config = this.place.parseJson(reply.toString('utf8'));
      if (isObject(config)) return config;
    } catch {
      // The parser's words may quote credentials.
    }
    throw this.#lie('GetConfigRaw');
  }

  async text(method: string): Promise<string> {
    const reply = await this.plugin.call(method);
    if (typeof reply !== 'string') throw this.#lie(method);
    return reply;
  }

  async number(method: string): Promise<number> {
    const reply = await this.plugin.call(method);
    if (typeof reply !== 'number') throw this.#lie(method);
    return reply;
  }

  #lie(method: string): MachineError {
    return new MachineError('DriverFailed', `driver "${this.place.name}" answers ${method} with something else`);
  }
}

function secretsIn(config: JsonObject = {}): string[] {
  return Object.entries(config).flatMap(([key, value]) =>
    typeof value === 'string' && value !== '' && soundsSecret(key) ? [value] : [],
  );
}
