import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { amazonec2 } from '../../../drivers/amazonec2/index.js';
import { testFolder } from '../../helpers/folder.js';
import { contextOf } from '../contract.js';
import { stand } from './stand.js';

describe('EC2 lists', () => {
  it('the regions', async () => {
    await using world = await stand();
    const driver = await amazonec2.load();

    const regions = await driver.choices?.('region', world.options, contextOf(world));

    expect(regions?.map(({ value }) => value)).toEqual(['eu-central-1', 'us-east-1']);
  });

  it('the types of common families, the smallest of each first', async () => {
    await using world = await stand();
    const driver = await amazonec2.load();

    const types = await driver.choices?.('instance-type', world.options, contextOf(world));

    expect(types).toEqual([
      { value: 't3.micro', title: 'x86_64', detail: '2 CPUs, 1 GB memory' },
      { value: 't3.small', title: 'x86_64', detail: '2 CPUs, 2 GB memory' },
      { value: 't3a.micro', title: 'x86_64', detail: '2 CPUs, 1 GB memory' },
      { value: 't4g.micro', title: 'arm64', detail: '2 CPUs, 1 GB memory' },
    ]);
  });
});

describe("Amazon's credentials", () => {
  it.each([
    ['AWS_ACCESS_KEY_ID', { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_PROFILE: 'work' }],
    ['the profile "work"', { AWS_PROFILE: 'work' }],
    ['AWS_CONTAINER_CREDENTIALS_FULL_URI', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/' }],
    [undefined, { AWS_ACCESS_KEY_ID: 'a' }],
  ])('are %s', async (expected, environment) => {
    const found = await amazonec2.credentials?.({ HOME: '/nonexistent', ...environment });

    expect(found).toBe(expected);
  });

  it('are the default profile where that has something to log in with', async () => {
    using folder = testFolder();
    const [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE] = ['config', 'keys'].map((name) => join(folder.path, name));
    const environment = { HOME: folder.path, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE };
    writeFileSync(join(folder.path, 'config'), '[default]\nregion = us-east-1\n[profile work]\nsso_session = x\n');

    const before = await amazonec2.credentials?.(environment);
    writeFileSync(join(folder.path, 'keys'), '[default]\naws_access_key_id = a\naws_secret_access_key = b\n');
    const after = await amazonec2.credentials?.(environment);

    expect([before, after]).toEqual([undefined, 'the profile "default"']);
  });
});
