import type { AnyDriverSpec } from '../driver.js';
import type { JsonObject, OptionValues } from '../record.js';
import { optionTable, type PluginFlag } from './options.js';
import { toStored } from './resource.js';

/** The engine's registered port for TLS: what drivers have that name no other. */
const ENGINE_PORT = 2376;

/** A driver binary as a driver. Without flags, as for machines that exist, its table of options is empty. */
export function pluginSpec(name: string, flags: readonly PluginFlag[], load: AnyDriverSpec['load']): AnyDriverSpec {
  const text = (value: OptionValues[string]): string => (typeof value === 'string' ? value : '');
  return {
    name,
    title: `${name} (driver binary)`,
    options: optionTable(name, flags),
    features: { plantsKeys: false, powers: true, ssh: true, local: false },
    toStored: (_options, resource) => toStored(resource as JsonObject | undefined),
    fromStored: (stored) => ({ options: {}, ...(Object.keys(stored).length === 0 ? {} : { resource: stored }) }),
    enginePort: (options) => Number(options['engine-port']) || ENGINE_PORT,
    login: (options) => ({ user: text(options['ssh-user']) || 'root', port: Number(options['ssh-port']) || 22 }),
    load,
  };
}
