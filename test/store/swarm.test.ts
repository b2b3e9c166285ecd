import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseName } from '../../src/name.js';
import { DEFAULT_SWARM, type SwarmOptions } from '../../src/record.js';
import { testFolder } from '../helpers/folder.js';
import { machine, storeAt } from './machines.js';

const WEB = parseName('web-1');
const SWARM: SwarmOptions = {
  ...DEFAULT_SWARM,
  agent: true,
  master: true,
  discovery: 'token://abc',
  address: '10.0.0.5',
  strategy: 'binpack',
  opts: ['heartbeat=5s'],
  experimental: true,
};

describe('the options of a swarm in config.json', () => {
  it('stand there as docker-machine wrote them, and once more with the driver', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);

    await store.write(machine('web-1', { swarm: SWARM }));

    const text = await readFile(join(store.folder(WEB), 'config.json'), 'utf8');
    expect(text).toContain(`        "SwarmOptions": {
            "IsSwarm": true,
            "Address": "10.0.0.5",
            "Discovery": "token://abc",
            "Agent": true,
            "Master": true,
            "Host": "tcp://0.0.0.0:3376",
            "Image": "swarm:latest",
            "Strategy": "binpack",
            "Heartbeat": 0,
            "Overcommit": 0,
            "ArbitraryFlags": [
                "heartbeat=5s"
            ],
            "ArbitraryJoinFlags": [],
            "Env": null,
            "IsExperimental": true
        },
`);
    expect(JSON.parse(text)).toMatchObject({
      Driver: { SwarmMaster: true, SwarmHost: 'tcp://0.0.0.0:3376', SwarmDiscovery: 'token://abc' },
    });
  });

  it('are read as they were written', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1', { swarm: SWARM }));

    expect((await store.read(WEB)).swarm).toEqual(SWARM);
  });

  it('are none where a machine was made without flags of a swarm', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1'));

    expect((await store.read(WEB)).swarm).toBeUndefined();
  });
});
