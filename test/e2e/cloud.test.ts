import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Berth } from './support/berth.js';
import { CLOUDS, type Cloud } from './support/clouds.js';
import { busyboxImage } from './support/image.js';
import { RealMachines } from './support/machinery.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;

for (const { driver, open } of CLOUDS) {
  describeReal(`a machine made by the driver ${driver}, with a real host behind the stand-in`, () => {
    const berth = new Berth();
    const machines = new RealMachines(['docker.io']);
    let cloud: Cloud;
    beforeAll(async () => {
      await machines.prepare();
      cloud = await open(machines);
      Object.assign(berth.environment, cloud.environment);
    }, 10 * MINUTES);
    afterAll(async () => {
      await berth.run('rm', '-f', 'web-1');
      await cloud[Symbol.asyncDispose]();
      await machines[Symbol.asyncDispose]();
      berth[Symbol.dispose]();
    }, MINUTES);

    it(
      'is made: keys planted by cloud-init, the first login verified, its engine open for the caller alone',
      async () => {
        await berth.ok('create', '-d', driver, ...cloud.flags, 'web-1');

        const caller = (await berth.ok('ssh', 'web-1', 'echo "${SSH_CONNECTION%% *}"')).trim();
        expect(await berth.ok('ssh', 'web-1', 'hostname')).toBe('web-1\n');
        expect(await berth.ok('ports', 'web-1')).toMatch(new RegExp(`^2376/tcp +${caller}/32$`, 'm'));
      },
      10 * MINUTES,
    );

    it(
      'runs a container for the real docker client over TLS',
      async () => {
        const imported = await berth.docker('web-1', ['import', '-', 'busybox'], busyboxImage());
        const run = await berth.docker('web-1', ['run', '--rm', 'busybox', '/bin/busybox', 'echo', 'hello']);

        expect([imported.code, run.stdout]).toEqual([0, 'hello\n']);
      },
      2 * MINUTES,
    );

    it(
      'is followed to another address by its stop and start',
      async () => {
        const before = (await berth.ok('ip', 'web-1')).trim();

        await berth.ok('stop', 'web-1');
        const stopped = await berth.ok('status', 'web-1');
        await berth.ok('start', 'web-1');

        const after = (await berth.ok('ip', 'web-1')).trim();
        expect([stopped, after === before]).toEqual(['Stopped\n', false]);
        expect(await berth.docker('web-1', ['version', '--format', 'ok'])).toMatchObject({ code: 0, stdout: 'ok\n' });
        expect(await berth.ok('ls')).toMatch(new RegExp(`^web-1 .* Running +tcp://${after}:2376 `, 'm'));
      },
      4 * MINUTES,
    );

    it(
      'is removed with all that was made for it',
      async () => {
        const foreign = cloud.standIn.foreign();

        await berth.ok('rm', '-y', 'web-1');

        expect(cloud.standIn.left()).toEqual([]);
        expect(cloud.standIn.foreign()).toEqual(foreign);
      },
      MINUTES,
    );
  });
}
