import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { google } from '../../../drivers/google/index.js';
import { testFolder } from '../../helpers/folder.js';
import { googleStand } from './world.js';

describe('Compute Engine lists', () => {
  it('the zones that are up', async () => {
    await using world = await googleStand();

    const zones = await world.driver.choices?.('zone', world.host().options, world.context);

    expect(zones?.map(({ value }) => value)).toEqual(['europe-west1-b', 'us-central1-a', 'us-central1-b']);
  });

  it('the common types of the first zone, the cheap families first', async () => {
    await using world = await googleStand();
    const { options } = world.host({ zone: 'us-central1-b,us-central1-a' });

    const types = await world.driver.choices?.('machine-type', options, world.context);

    expect(types).toEqual([
      { value: 'e2-medium', title: 'X86_64', detail: '2 CPUs, 4 GB memory' },
      { value: 'n2-standard-2', title: 'X86_64', detail: '2 CPUs, 4 GB memory' },
      { value: 'n1-standard-1', title: 'X86_64', detail: '2 CPUs, 4 GB memory' },
    ]);
  });
});

describe("Google's credentials", () => {
  it('are those of the variable that counts first', async () => {
    const found = await google.credentials?.({ GOOGLE_OAUTH_ACCESS_TOKEN: 'a', GOOGLE_APPLICATION_CREDENTIALS: 'b' });

    expect(found).toBe('GOOGLE_OAUTH_ACCESS_TOKEN');
  });

  it("are those of gcloud's file, or of the instance that berth runs on", async () => {
    using folder = testFolder();
    mkdirSync(join(folder.path, 'gcloud'));
    const CLOUDSDK_CONFIG = join(folder.path, 'gcloud');

    const instances = await google.credentials?.({ CLOUDSDK_CONFIG, GCE_METADATA_HOST: '127.0.0.1:1' });
    writeFileSync(join(CLOUDSDK_CONFIG, 'application_default_credentials.json'), '{}');
    const gclouds = await google.credentials?.({ CLOUDSDK_CONFIG });

    expect([instances, gclouds]).toEqual([
      "this instance's service account",
      "gcloud's application default credentials",
    ]);
  });
});
