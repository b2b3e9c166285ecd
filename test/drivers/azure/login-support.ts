import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driver } from '../../../drivers/azure/driver.js';
import type { AzureOptions } from '../../../drivers/azure/options.js';
import { contextOf, type DriverStand } from '../contract.js';
import { azureStand, type Stand } from './support.js';

/** Nothing is there: no az on PATH, no metadata service at an address of ours. */
export const NOTHING = { PATH: '/nowhere', AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:9' };

export interface World extends Stand {
  readonly folder: string;
}

export async function world(): Promise<World> {
  const stand = await azureStand();
  const folder = await mkdtemp(join(tmpdir(), 'berth-azure-'));
  const { 'client-id': _id, 'tenant-id': _tenant, ...options } = stand.options;
  return {
    ...stand,
    folder,
    options,
    [Symbol.asyncDispose]: async () => {
      await rm(folder, { recursive: true });
      await stand.standIn[Symbol.asyncDispose]();
    },
  };
}

/** Logs in as the environment says, and asks one thing. */
export async function ask(
  of: World,
  { environment = {}, secrets = {} }: Pick<DriverStand, 'environment' | 'secrets'>,
  options: Partial<AzureOptions> = {},
): Promise<readonly unknown[]> {
  const context = contextOf({ environment: { ...NOTHING, ...environment }, secrets });
  return (await driver.owned?.({ ...of.options, ...options }, context)) ?? [];
}
