import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/digitalocean/driver.js';
import { digitalocean } from '../../../drivers/digitalocean/index.js';
import { failureOf, told } from '../../helpers/failure.js';
import { testFolder } from '../../helpers/folder.js';
import { contextOf } from '../contract.js';
import { dropletStand } from './stand.js';

describe('DigitalOcean lists', () => {
  it('the regions that take new droplets', async () => {
    await using world = await dropletStand();

    const regions = await driver.choices?.('region', world.options, contextOf(world));

    expect(regions).toEqual([
      { value: 'fra1', title: 'Frankfurt 1' },
      { value: 'nyc1', title: 'New York 1' },
      { value: 'nyc3', title: 'New York 3' },
    ]);
  });

  it('the sizes of a region with their prices, the cheapest first', async () => {
    await using world = await dropletStand();

    const sizes = await driver.choices?.('size', world.options, contextOf(world));

    expect(sizes).toEqual([
      { value: 's-1vcpu-1gb', title: 'Basic', detail: '1 CPU, 1 GB memory, 25 GB disk, 6.00 USD a month' },
      { value: 's-1vcpu-2gb', title: 'Basic', detail: '1 CPU, 2 GB memory, 50 GB disk, 12.00 USD a month' },
      { value: 's-2vcpu-4gb', title: 'Basic', detail: '2 CPUs, 4 GB memory, 80 GB disk, 24.00 USD a month' },
    ]);
  });

  it('nothing without a token', async () => {
    await using world = await dropletStand();

    const failure = await failureOf(async () => driver.choices?.('region', world.options, contextOf({})));

    expect(told(failure).code).toBe('CredentialsMissing');
  });
});

describe("DigitalOcean's credentials", () => {
  it('are those of the variable that counts first', async () => {
    const found = await digitalocean.credentials?.({ DIGITALOCEAN_TOKEN: 'two', DIGITALOCEAN_ACCESS_TOKEN: 'one' });

    expect(found).toBe('DIGITALOCEAN_ACCESS_TOKEN');
  });

  it("are those of doctl's current context", async () => {
    using folder = testFolder();
    mkdirSync(join(folder.path, 'doctl'));
    writeFileSync(join(folder.path, 'doctl', 'config.yaml'), 'context: work\nauth-contexts:\n  work: abc\n');

    const found = await digitalocean.credentials?.({ XDG_CONFIG_HOME: folder.path });

    expect(found).toBe('doctl\'s context "work"');
  });

  it('are not seen where there are none', async () => {
    expect(await digitalocean.credentials?.({ HOME: '/nonexistent' })).toBeUndefined();
  });
});
