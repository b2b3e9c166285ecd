import { options as table, type HetznerOptions } from '../../../drivers/hetzner/options.js';
import type { NewHost } from '../../../src/driver.js';
import { hetznerStandIn, TOKEN, type HetznerStandIn } from '../../standins/hetzner/index.js';
import type { Machinery } from '../../standins/server.js';
import { newHost } from '../contract.js';
import { defaultsOf } from '../defaults.js';

/** All options of the table with their defaults. */
export const DEFAULTS = defaultsOf(table) as HetznerOptions;

export interface Stand extends AsyncDisposable {
  readonly standIn: HetznerStandIn;
  readonly options: HetznerOptions;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A stand-in, and the options of somebody who has a token. */
export async function hetznerStand(of: Partial<HetznerOptions> = {}, machinery?: Machinery): Promise<Stand> {
  const standIn = await hetznerStandIn(machinery ? { machinery } : {});
  return {
    standIn,
    options: { ...DEFAULTS, endpoint: `${standIn.url}/v1`, ...of },
    secrets: { 'api-token': TOKEN },
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
}

export function hetznerHost(
  options: HetznerOptions,
  of: Partial<NewHost<HetznerOptions>> = {},
): NewHost<HetznerOptions> {
  return { ...newHost({}), options, ...of };
}
