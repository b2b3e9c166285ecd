import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import { azure } from '../../../drivers/azure/index.js';
import { testFolder } from '../../helpers/folder.js';
import { contextOf } from '../contract.js';
import { azureStand } from './support.js';

describe('Azure lists', () => {
  it('the regions', async () => {
    await using world = await azureStand();

    const regions = await driver.choices?.('location', world.options, contextOf(world));

    expect(regions).toEqual([
      { value: 'germanywestcentral', title: 'Germany West Central' },
      { value: 'westus', title: 'West US' },
    ]);
  });

  it('the common sizes that the subscription may have, the smallest first', async () => {
    await using world = await azureStand();

    const sizes = await driver.choices?.('size', world.options, contextOf(world));

    expect(sizes?.map(({ value }) => value)).toEqual([
      ...['Standard_B2as_v2', 'Standard_B2s', 'Standard_B2s_v2', 'Standard_D2ps_v5', 'Standard_D2s_v5'],
    ]);
    expect(sizes?.[3]).toEqual({ value: 'Standard_D2ps_v5', title: 'arm64', detail: '2 CPUs, 8 GB memory' });
  });
});

describe("Azure's credentials", () => {
  it.each([
    ['AZURE_CLIENT_SECRET', { AZURE_CLIENT_ID: 'a', AZURE_CLIENT_SECRET: 'b' }],
    ['IDENTITY_ENDPOINT', { IDENTITY_ENDPOINT: 'http://127.0.0.1/' }],
    [undefined, { AZURE_CLIENT_SECRET: 'b' }],
  ])('are %s', async (expected, environment) => {
    const found = await azure.credentials?.({ HOME: '/nonexistent', ...environment });

    expect(found).toBe(expected);
  });

  it('are those of az where somebody is logged in', async () => {
    using folder = testFolder();
    writeFileSync(join(folder.path, 'azureProfile.json'), '{}');

    const found = await azure.credentials?.({ AZURE_CONFIG_DIR: folder.path });

    expect(found).toBe('the login of az');
  });
});
