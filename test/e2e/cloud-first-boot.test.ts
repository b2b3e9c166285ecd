import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Berth } from './support/berth.js';
import { CLOUDS, type Cloud } from './support/clouds.js';
import { RealMachines } from './support/machinery.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;

/** A user's own user-data, which has lists and users as ours has. */
const OWN = `#cloud-config
# schön
users:
  - default
  - name: ops
    shell: /bin/sh
write_files:
  - path: /etc/own
    content: "ours: schön\\n"
runcmd:
  - [touch, /etc/own-ran]
`;

describeReal('a machine whose engine comes with its first boot', () => {
  const berth = new Berth();
  const machines = new RealMachines([]);
  let cloud: Cloud;
  beforeAll(async () => {
    await machines.prepare();
    const [first] = CLOUDS;
    if (!first) throw new Error('there is no cloud');
    cloud = await first.open(machines);
    Object.assign(berth.environment, cloud.environment);
    writeFileSync(join(berth.home, 'own.yaml'), OWN);
  }, 10 * MINUTES);
  afterAll(async () => {
    await berth.run('rm', '-f', 'early');
    await cloud[Symbol.asyncDispose]();
    await machines[Symbol.asyncDispose]();
    berth[Symbol.dispose]();
  }, MINUTES);

  it(
    'is provisioned with what its first boot has installed',
    async () => {
      const own = ['--amazonec2-userdata', join(berth.home, 'own.yaml')];
      const words = ['-d', cloud.driver, ...cloud.flags, ...own, '--engine-install-at', 'boot', 'early'];

      const { code, stderr } = await berth.run('create', ...words);

      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(stderr).toContain('Waiting for the engine of the first boot...\n');
      expect(stderr).not.toContain('Installing the engine');
      expect(stderr).not.toContain('did not bring the engine');
      expect(await berth.docker('early', ['version', '--format', 'ok'])).toMatchObject({ code: 0, stdout: 'ok\n' });
    },
    10 * MINUTES,
  );

  it("has what the user's own user-data asks for too", async () => {
    const asked = 'cat /etc/own; ls /etc/own-ran; getent passwd ops ubuntu debian | cut -d: -f1,7';

    expect(await berth.ok('ssh', 'early', asked)).toBe(
      'ours: schön\n/etc/own-ran\nops:/bin/sh\nubuntu:/bin/bash\ndebian:/bin/bash\n',
    );
  });
});
