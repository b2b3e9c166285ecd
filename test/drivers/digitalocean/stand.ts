import { options as table, type DropletOptions } from '../../../drivers/digitalocean/options.js';
import type { NewHost } from '../../../src/driver.js';
import { digitaloceanStandIn, TOKEN, type DigitalOceanStandIn } from '../../standins/digitalocean/index.js';
import type { Machinery } from '../../standins/server.js';
import { newHost } from '../contract.js';
import { defaultsOf } from '../defaults.js';

/** All options of the table with their defaults. */
export const DEFAULTS = defaultsOf(table) as DropletOptions;

export interface Stand extends AsyncDisposable {
  readonly standIn: DigitalOceanStandIn;
  readonly options: DropletOptions;
  readonly secrets: Readonly<Record<string, string>>;
}

export async function dropletStand(machinery?: Machinery): Promise<Stand> {
  const standIn = await digitaloceanStandIn(machinery ? { machinery } : {});
  return {
    standIn,
    options: { ...DEFAULTS, endpoint: standIn.url },
    secrets: { 'access-token': TOKEN },
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
}

export function dropletHost(
  options: DropletOptions,
  of: Partial<NewHost<DropletOptions>> = {},
): NewHost<DropletOptions> {
  return { ...newHost({}), options, ...of };
}
