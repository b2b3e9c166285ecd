import { options as table, type DropletOptions } from '../../../drivers/digitalocean/options.js';
import type { NewHost } from '../../../src/driver.js';
import { digitaloceanStandIn, TOKEN, type DigitalOceanStandIn } from '../../standins/digitalocean/index.js';
import { newHost } from '../contract.js';

/** All options of the table with their defaults. */
export const DEFAULTS = Object.fromEntries(
  Object.entries(table).flatMap(([key, spec]): [string, unknown][] => {
    if ('default' in spec) return [[key, spec.default]];
    return spec.kind === 'string' ? [] : [[key, spec.kind === 'list' ? [] : false]];
  }),
) as unknown as DropletOptions;

export interface Stand extends AsyncDisposable {
  readonly standIn: DigitalOceanStandIn;
  readonly options: DropletOptions;
  readonly secrets: Readonly<Record<string, string>>;
}

export async function dropletStand(): Promise<Stand> {
  const standIn = await digitaloceanStandIn();
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
