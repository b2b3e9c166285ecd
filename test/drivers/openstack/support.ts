import { options as table, type OpenstackOptions } from '../../../drivers/openstack/options.js';
import type { NewHost } from '../../../src/driver.js';
import { openstackStandIn, PASSWORD, USER, type OpenstackStandIn } from '../../standins/openstack/index.js';
import type { Machinery } from '../../standins/server.js';
import { newHost } from '../contract.js';
import { defaultsOf } from '../defaults.js';

/** All options of the table with their defaults. */
export const DEFAULTS = defaultsOf(table) as OpenstackOptions;

export interface Stand extends AsyncDisposable {
  readonly standIn: OpenstackStandIn;
  readonly options: OpenstackOptions;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A stand-in, and the options of somebody who has a password. */
export async function openstackStand(of: Partial<OpenstackOptions> = {}, machinery?: Machinery): Promise<Stand> {
  const standIn = await openstackStandIn(machinery ? { machinery } : {});
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
