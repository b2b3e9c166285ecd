import { Berth } from './support/berth.js';
import { describeReal } from './support/needs.js';
import { bootServer, type Server } from './support/server.js';

const MINUTES = 60_000;

describeReal('creating a machine over a bad line', () => {
  const berth = new Berth();
  let server: Server;

  beforeAll(async () => {
    server = await bootServer('distant', { packages: ['docker.io'] });
  }, 10 * MINUTES);

  afterEach(async () => {
    await berth.run('rm', '-f', 'web');
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    berth[Symbol.dispose]();
  });

  it.each([
    ['no delay', '0', '0'],
    ['100 ms a round trip', '100', '0'],
    ['5 % of the packets lost', '20', '5'],
  ])(
    'takes one login and at most four exchanges with %s',
    async (_title, roundTripMs, lossPercent) => {
      const before = await logins(server);

      const words = [
        'create',
        '-d',
        'generic',
        '--generic-ip-address',
        server.address,
        '--generic-ssh-key',
        server.keyPath,
      ];
      const ran = await berth.behind({ roundTripMs, lossPercent }, '--debug', ...words, 'web');

      expect({ code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, stderr: '' });
      const exchanges = Number(/(\d+) exchanges on one SSH connection/.exec(ran.stderr)?.[1]);
      expect(exchanges).toBeGreaterThan(0);
      expect(exchanges).toBeLessThanOrEqual(4);
      // The last login is the one that counts them.
      expect((await logins(server)) - before).toBe(2);
      expect(await berth.docker('web', ['version', '--format', 'ok'])).toMatchObject({ code: 0, stdout: 'ok\n' });
    },
    5 * MINUTES,
  );
});

async function logins(server: Server): Promise<number> {
  return Number(await server.sh('journalctl -u ssh -o cat | grep -c ^Accepted'));
}
