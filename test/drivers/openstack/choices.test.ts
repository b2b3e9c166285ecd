import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/openstack/driver.js';
import { openstack } from '../../../drivers/openstack/index.js';
import { contextOf } from '../contract.js';
import { openstackStand } from './support.js';

describe('OpenStack lists', () => {
  it('the regions of its catalogue, the one that is named first', async () => {
    await using world = await openstackStand({ region: 'RegionTwo' });
    world.standIn.world.regions = ['RegionOne', 'RegionTwo'];

    const regions = await driver.choices?.('region', world.options, contextOf(world));

    expect(regions?.map(({ value }) => value)).toEqual(['RegionTwo', 'RegionOne']);
  });

  it('the flavors that Docker is of use on, the smallest first', async () => {
    await using world = await openstackStand();

    const flavors = await driver.choices?.('flavor-name', world.options, contextOf(world));

    expect(flavors).toEqual([
      { value: 'a1.ampere', title: 'aarch64', detail: '1 CPU, 2 GB memory, 20 GB disk' },
      { value: 'm1.small', title: 'x86_64', detail: '1 CPU, 2 GB memory, 20 GB disk' },
      { value: 'm1.large', title: 'x86_64', detail: '4 CPUs, 8 GB memory, 80 GB disk' },
    ]);
  });
});

describe("OpenStack's credentials", () => {
  it('are those of variables, when they are whole', async () => {
    const half = { HOME: '/nonexistent', OS_AUTH_URL: 'https://cloud.example/v3', OS_USERNAME: 'me' };

    const found = await Promise.all([
      openstack.credentials?.({ ...half, OS_PASSWORD: 'secret' }),
      openstack.credentials?.(half),
      openstack.credentials?.({ HOME: '/nonexistent', OS_CLOUD: 'work' }),
    ]);

    expect(found).toEqual(['OS_AUTH_URL', undefined, undefined]);
  });
});
