import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseClusterName } from '../../src/cluster-name.js';
import type { Host } from '../../src/host/host.js';
import type { Program } from '../../src/lifecycle/program.js';
import { createCluster } from '../../src/lifecycle/swarm-create.js';
import { memberOf } from '../../src/lifecycle/swarm-membership.js';
import { upgradeOne } from '../../src/lifecycle/upgrade-member.js';
import { parseName } from '../../src/name.js';
import { newCluster } from '../../src/swarm/record.js';
import { StandInSwarms } from '../helpers/swarm.js';
import { testWorld, type World } from './support/world.js';

/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(60_000);

const PROD = parseClusterName('prod');
const NAMES = ['lead', 'work-1', 'work-2'] as const;

let world: World;
let program: Program;
beforeEach(async () => {
  world = await testWorld();
  const swarms = new StandInSwarms();
  world.engines.answer = swarms.answer;
  NAMES.forEach((name, index) => world.provider.addresses.set(name, `127.0.0.${11 + index}`));
  program = { ...world.program, connect: async (request) => host(await world.program.connect(request)) };
  const { machine } = world.wish('pattern');
  const members = NAMES.map((name) =>
    memberOf({ machine: parseName(name), role: name === 'lead' ? 'manager' : 'worker' }, machine),
  );
  await createCluster(
    { ...newCluster(PROD, '2026-11-21T10:00:00.000Z'), firewall: false, members },
    NAMES.map((name) => ({ spec: world.spec, request: world.wish(name) })),
    program,
  );
  world.wanted.length = 0;
  world.lines.length = 0;
});
afterEach(() => world[Symbol.asyncDispose]());

/** A host of a private network that tells of itself what templates/swarm asks for. */
function host(plain: Host): Host {
  const number = plain.target.host.split('.').at(-1) ?? '';
  return {
    ...plain,
    deliver: async (files) => {
      const [file] = await files;
      const isFacts = typeof file?.content === 'string' && file.content.includes('/sys/class/net');
      const facts = `mtu eth0 1500\naddress 2: eth0 inet 10.9.0.${number}/24 scope global eth0\nroute 10.9.0.0/24 dev eth0\n`;
      return { stdout: isFacts ? facts : '', stderr: '' };
    },
  };
}

describe('upgrading a member of a cluster', () => {
  it('drains it before and fills it again afterwards, and leaves the others alone', async () => {
    const upgraded = await upgradeOne(parseName('work-1'), { version: '28' }, program);

    expect(upgraded).toMatchObject({ name: 'work-1', cluster: 'prod', to: '28.2.2' });
    expect(world.wanted.map(({ upgrade, engine }) => [upgrade, engine.version])).toEqual([[true, '28']]);
    const steps = world.lines.filter((line) => /work-1/.test(line) && /step/.test(line));
    expect(steps.findIndex((line) => /[Dd]rain/.test(line))).toBeGreaterThanOrEqual(0);
    expect((await program.clusters.read(PROD)).upgrading).toEqual([]);
  });
});
