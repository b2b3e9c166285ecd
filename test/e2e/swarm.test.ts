import { spawn } from 'node:child_process';
import { Berth, finished, type Ran } from './support/berth.js';
import { leftovers } from './support/leftovers.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;
const DISCOVERY = '--swarm-discovery=token://6856663cdefdec325839a4b7e1de38e8';
const HOST = ['create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', '--swarm', DISCOVERY];

describeReal("docker-machine's sequence for a swarm", () => {
  const berth = new Berth();
  const names = ['swarm-master', 'swarm-01', 'swarm-02', 'swarm-03'];

  afterAll(async () => {
    await berth.run('rm', '-f', ...names);
    berth[Symbol.dispose]();
  });

  /** The real docker client, pointed at a manager as `env --swarm` says. */
  const docker = (...args: readonly string[]): Promise<Ran> =>
    berth.docker('swarm-master', args, undefined, ['--swarm']);
  const nodes = async (): Promise<string[]> =>
    (await docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}} {{.ManagerStatus}}')).stdout
      .trim()
      .split('\n')
      .map((line) => line.trim())
      .sort();

  it(
    'joins workers that were begun before the master',
    async () => {
      const workers = ['swarm-01', 'swarm-02'].map((name) => berth.start(...HOST, name));
      const ends = workers.map((worker) => finished(worker));
      await untilSaid(workers[0]?.stderr, 'Waiting for the master of the swarm');

      const master = await berth.run(...HOST, '--swarm-master', 'swarm-master');

      expect(master).toMatchObject({ code: 0 });
      expect((await Promise.all(ends)).map(({ code }) => code)).toEqual([0, 0]);
      expect(await nodes()).toEqual(['swarm-01 Ready', 'swarm-02 Ready', 'swarm-master Ready Leader']);
    },
    10 * MINUTES,
  );

  it(
    'joins one more afterwards, and docker info shows four nodes',
    async () => {
      await berth.ok(...HOST, 'swarm-03');

      const { stdout } = await docker('info', '--format', '{{.Swarm.Nodes}} {{.Swarm.Managers}}');

      expect(stdout).toBe('4 1\n');
    },
    3 * MINUTES,
  );

  it(
    "lets in on the swarm's ports of every host nobody but the members",
    async () => {
      const addresses = await Promise.all(names.map(async (name) => (await berth.ok('ip', name)).trim()));

      const rules = await Promise.all(names.map((name) => berth.ok('ssh', name, 'iptables', '-S', 'BERTH-SWARM')));

      for (const [index, text] of rules.entries()) {
        const ports = index === 0 ? '2377,7946' : '7946';
        const members = [...text.matchAll(/-s ([\d.]+)\/32 -p tcp -m multiport --dports ([\d,]+) -j ACCEPT/g)];
        expect(members.map(([, address]) => address).sort()).toEqual([...addresses].sort());
        expect(members.map(([, , open]) => open)).toEqual(addresses.map(() => ports));
        expect(text).toMatch(/-p udp -m multiport --dports 7946,4789 -j DROP/);
      }
    },
    MINUTES,
  );

  it('shows the master beside every member', async () => {
    const rows = await berth.ok('ls', '-f', '{{.Name}} {{.Swarm}}');

    expect(rows).toBe(
      'swarm-01 swarm-master\nswarm-02 swarm-master\nswarm-03 swarm-master\nswarm-master swarm-master (master)\n',
    );
  });

  it('leaves no token in any file of the store', async () => {
    const { stdout: token } = await docker('swarm', 'join-token', '-q', 'worker');

    const found = await finished(spawn('grep', ['-rlF', token.trim(), berth.home]));

    expect(token).toMatch(/^SWMTKN-/);
    expect(found.stdout).toBe('');
  });

  it(
    'needs nothing when a member is provisioned again',
    async () => {
      expect(await berth.ok('provision', 'swarm-01')).toBe('Machine "swarm-01" needed nothing.\n');
    },
    MINUTES,
  );

  it(
    'takes the node of a removed worker away',
    async () => {
      await berth.ok('rm', '-y', 'swarm-02');

      expect(await nodes()).toEqual(['swarm-01 Ready', 'swarm-03 Ready', 'swarm-master Ready Leader']);
    },
    MINUTES,
  );

  it(
    'leaves nothing behind when all are removed',
    async () => {
      await berth.ok('rm', '-y', 'swarm-master', 'swarm-01', 'swarm-03');

      expect(await leftovers(...names)).toEqual([]);
    },
    2 * MINUTES,
  );
});

/** Resolves once the text stands in what is printed. */
function untilSaid(stream: NodeJS.ReadableStream | null | undefined, text: string): Promise<void> {
  return new Promise((resolve) => {
    let said = '';
    stream?.on('data', (part: Buffer) => {
      said += part.toString();
      if (said.includes(text)) resolve();
    });
  });
}
