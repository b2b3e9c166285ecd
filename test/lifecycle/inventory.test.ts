import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { builderCommands } from '../../src/lifecycle/builder.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { readInventory } from '../../src/lifecycle/inventory.js';
import { parseName } from '../../src/name.js';
import type { Machine } from '../../src/record.js';
import { failureOf } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

let world: World;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const create = (name: string): Promise<Machine> => createMachine(world.wish(name), world.spec, world.program);

describe('the inventory', () => {
  it('says how Ansible gets to a host, and what of it the docker client needs', async () => {
    await create('web-1');

    const { hosts } = await readInventory([], world.program);

    const folder = world.program.store.folder(parseName('web-1'));
    expect(hosts).toEqual({
      'web-1': {
        ansible_host: '127.0.0.1',
        ansible_port: 22,
        ansible_user: 'root',
        ansible_ssh_private_key_file: `${folder}/id_rsa`,
        ansible_ssh_common_args: `-o UserKnownHostsFile=${folder}/known_hosts -o HostKeyAlias=web-1 -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes`,
        berth_driver: 'fake',
        berth_docker_environment: {
          DOCKER_TLS_VERIFY: '1',
          DOCKER_HOST: `tcp://127.0.0.1:${world.enginePort}`,
          DOCKER_CERT_PATH: folder,
          DOCKER_MACHINE_NAME: 'web-1',
        },
      },
    });
  });

  it('groups hosts by driver and by label', async () => {
    const machine = await create('web-1');
    await create('web-2');
    await world.program.store.write({ ...machine, labels: { team: 'a-b', 'zone.of': '1' } });

    const { groups } = await readInventory([], world.program);

    expect(groups).toEqual({
      berth: ['web-1', 'web-2'],
      driver_fake: ['web-1', 'web-2'],
      label_team_a_b: ['web-1'],
      label_zone_of_1: ['web-1'],
    });
  });

  it('is of the machines that were named', async () => {
    await create('web-1');
    await create('web-2');

    const { hosts, groups } = await readInventory(['web-2'], world.program);

    expect([Object.keys(hosts), groups['berth']]).toEqual([['web-2'], ['web-2']]);
  });
});

describe('the commands for a builder', () => {
  it('make it of the first machine, and append the others', async () => {
    const machines = [await create('web.a'), await create('web-2')];

    const commands = await builderCommands('berth', machines, world.program);

    expect(commands.map((words) => words.join(' '))).toEqual([
      'docker buildx create --name berth --driver docker-container --node web-a web.a',
      'docker buildx create --name berth --append --node web-2 web-2',
    ]);
  });

  it('are refused for a machine whose docker context cannot be had', async () => {
    const machine = await create('x');

    const error = await failureOf(builderCommands('berth', [machine], world.program));

    expect(error).toMatchObject({
      code: 'NotSupported',
      message: 'machine "x" has no docker context, which a builder needs',
    });
  });
});
