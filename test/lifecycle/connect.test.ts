import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generic } from '../../drivers/generic/index.js';
import type { ConnectRequest } from '../../src/host/host.js';
import type { Program } from '../../src/lifecycle/program.js';
import { connectTo } from '../../src/lifecycle/host-connection.js';
import type { Machine } from '../../src/record.js';
import { testWorld, type World } from './support/world.js';

let world: World;
const requests: ConnectRequest[] = [];
beforeEach(async () => {
  world = await testWorld();
  requests.length = 0;
});
afterEach(() => world[Symbol.asyncDispose]());

async function ask(changes: Partial<Machine>, findDriver: Program['findDriver'] = () => generic): Promise<unknown> {
  const machine: Machine = { ...world.wish('web-1').machine, address: '192.0.2.7', ...changes };
  const program: Program = {
    ...world.program,
    findDriver,
    sshConfigPath: '/home/ada/.ssh/config',
    connect: async (request) => {
      requests.push(request);
      return world.program.connect(request);
    },
  };
  await connectTo(machine, program);
  return requests[0];
}

describe('logging in to a machine', () => {
  it('calls it by its name and knows it by its own known_hosts', async () => {
    expect(await ask({})).toMatchObject({
      name: 'web-1',
      target: { host: '192.0.2.7', port: 22, user: 'root' },
      knownHostsPath: `${world.program.store.base}/machines/web-1/known_hosts`,
      withinMs: 1_000,
      retry: true,
    });
  });

  it('goes to the alias that the user gave, as the ssh_config has it', async () => {
    expect(await ask({ options: { 'ip-address': 'old-server' } })).toMatchObject({
      target: { host: 'old-server' },
      sshConfigPath: '/home/ada/.ssh/config',
      overridable: ['user', 'port'],
    });
  });

  it('keeps to the user and port that were chosen', async () => {
    expect(await ask({ ssh: { user: 'ada', port: 2222 } })).toMatchObject({
      target: { user: 'ada', port: 2222 },
      overridable: [],
    });
  });

  it('reads no ssh_config for a host that berth made', async () => {
    expect(await ask({}, () => world.spec)).not.toHaveProperty('sshConfigPath');
  });
});
