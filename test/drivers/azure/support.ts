import { driver } from '../../../drivers/azure/driver.js';
import type { AzureMachine } from '../../../drivers/azure/handle.js';
import { options as table, type AzureOptions } from '../../../drivers/azure/options.js';
import type { NewHost } from '../../../src/driver.js';
import { azureStandIn, CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION, TENANT } from '../../standins/azure/index.js';
import type { AzureStandIn, AzureStandInOptions } from '../../standins/azure/index.js';
import { contextOf, newHost } from '../contract.js';
import { defaultsOf } from '../defaults.js';

/** All options of the table with their defaults. */
export const DEFAULTS = defaultsOf(table) as AzureOptions;

export interface Stand extends AsyncDisposable {
  readonly standIn: AzureStandIn;
  readonly options: AzureOptions;
  readonly secrets: Readonly<Record<string, string>>;
  /** Fires at its end: a check that was refused has more questions under way. */
  readonly signal: AbortSignal;
}

/** A stand-in, and the options of somebody who has an application to log in with. */
export async function azureStand(options: AzureStandInOptions = {}): Promise<Stand> {
  const standIn = await azureStandIn(options);
  const end = new AbortController();
  return {
    standIn,
    signal: end.signal,
    options: {
      ...DEFAULTS,
      endpoint: standIn.url,
      'authority-host': standIn.url,
      'subscription-id': SUBSCRIPTION,
      'tenant-id': TENANT,
      'client-id': CLIENT_ID,
    },
    secrets: { 'client-secret': CLIENT_SECRET },
    async [Symbol.asyncDispose]() {
      end.abort();
      await standIn[Symbol.asyncDispose]();
    },
  };
}

export function azureHost(options: AzureOptions, of: Partial<NewHost<AzureOptions>> = {}): NewHost<AzureOptions> {
  return { ...newHost({}), options, ...of };
}

/** A machine at the stand-in, by the stand's options and others beside them. */
export function made(world: Stand, options: Partial<AzureOptions> = {}): Promise<AzureMachine> {
  return driver.create(azureHost({ ...world.options, ...options }), contextOf(world));
}
