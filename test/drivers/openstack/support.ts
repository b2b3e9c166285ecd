import { options as table, type OpenstackOptions } from '../../../drivers/openstack/options.js';
import type { NewHost } from '../../../src/driver.js';
import { openstackStandIn, PASSWORD, USER, type OpenstackStandIn } from '../../standins/openstack/index.js';
import { newHost } from '../contract.js';

/** All options of the table with their defaults. */
export const DEFAULTS = Object.fromEntries(
  Object.entries(table).flatMap(([key, spec]): [string, unknown][] => {
    if ('default' in spec) return [[key, spec.default]];
    return spec.kind === 'string' ? [] : [[key, spec.kind === 'list' ? [] : false]];
  }),
) as unknown as OpenstackOptions;

export interface Stand extends AsyncDisposable {
  readonly standIn: OpenstackStandIn;
  readonly options: OpenstackOptions;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A stand-in, and the options of somebody who has a password. */
export async function openstackStand(of: Partial<OpenstackOptions> = {}): Promise<Stand> {
  const standIn = await openstackStandIn();
  return {
    standIn,
    options: { ...DEFAULTS, 'auth-url': `${standIn.url}/identity/v3`, username: USER, 'tenant-name': 'demo', ...of },
    secrets: { password: PASSWORD },
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
}

export function openstackHost(
  options: OpenstackOptions,
  of: Partial<NewHost<OpenstackOptions>> = {},
): NewHost<OpenstackOptions> {
  return { ...newHost({}), options, ...of };
}
