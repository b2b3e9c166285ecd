import { Berth, sh } from './support/berth.js';
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
    await sh('tc', 'qdisc', 'del', 'dev', String(server.resource['link']), 'root').catch(() => {});
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    berth[Symbol.dispose]();
  });

  it.each([
    ['no delay', []],
    ['100 ms a round trip', ['delay', '100ms']],
    ['5 % of the packets lost', ['loss', '5%']],
  ])(
    'takes one login and at most four exchanges with %s',
    async (_title, quality) => {
      const before = await logins(server);
      if (quality.length > 0) {
        await sh('tc', 'qdisc', 'add', 'dev', String(server.resource['link']), 'root', 'netem', ...quality);
      }

      const ran = await berth.run(
        '--debug',
        'create',
        '-d',
        'generic',
        '--generic-ip-address',
        server.address,
        ...['--generic-ssh-key', server.keyPath],
        'web',
      );

      expect({ code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, stderr: '' });
      const exchanges = Number(/(\d+) exchanges on one SSH connection/.exec(ran.stderr)?.[1]);
      expect(exchanges).toBeGreaterThan(0);
      expect(exchanges).toBeLessThanOrEqual(4);
      await sh('tc', 'qdisc', 'del', 'dev', String(server.resource['link']), 'root').catch(() => {});
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
