import type { Ran } from './support/berth.js';
import { NEW_HOST, RealCluster, type Status } from './support/cluster.js';
import { busyboxImage } from './support/image.js';
import { leftovers } from './support/leftovers.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;

describeReal('a cluster', () => {
  const cluster = new RealCluster('prod');
  const { berth } = cluster;

  afterAll(() => cluster[Symbol.asyncDispose]());

  const status = (): Promise<Status> => cluster.status();
  const nodes = (): Promise<string[]> => cluster.nodes();
  const docker = (...args: readonly string[]): Promise<Ran> =>
    berth.docker('prod-manager-2', args, undefined, ['--swarm']);
  const READY = (...workers: readonly number[]): string[] => [
    ...[1, 2, 3].map((number) => `prod-manager-${number} manager ready`),
    ...workers.map((number) => `prod-worker-${number} worker ready`),
  ];

  it(
    'is made from nothing in one command',
    async () => {
      const began = performance.now();

      const said = await berth.ok('swarm', 'create', 'prod', '--managers', '3', '--workers', '2', ...NEW_HOST);

      process.stderr.write(`3 managers and 2 workers: ${Math.round(performance.now() - began)} ms\n`);
      expect(said).toBe('Cluster "prod" is ready: 3 managers, 2 workers.\n');
      expect(await nodes()).toEqual(READY(1, 2));
      expect((await status()).due).toEqual([]);
    },
    10 * MINUTES,
  );

  it(
    'needs nothing when it is made again',
    async () => {
      const said = await berth.ok('swarm', 'create', 'prod', '--managers', '3', '--workers', '2', ...NEW_HOST);

      expect(said).toBe('Cluster "prod" needed nothing.\n');
    },
    MINUTES,
  );

  it(
    'lets in on its ports nobody but its members',
    async () => {
      const rules = await berth.ok('ssh', 'prod-worker-1', 'iptables', '-S', 'BERTH-SWARM');

      const members = [...rules.matchAll(/-s ([\d.]+)\/32 -p tcp/g)].map(([, address]) => address);
      const addresses = (await berth.ok('ls', '-f', '{{.URL}}')).match(/[\d.]+(?=:2376)/g);
      expect(members.sort()).toEqual([...(addresses ?? [])].sort());
      expect(rules).toMatch(/-p udp -m multiport --dports 7946,4789 -j DROP/);
    },
    MINUTES,
  );

  it(
    'goes on, with its services, without a leader that lost its power, and takes it back when it is repaired',
    async () => {
      const image = busyboxImage();
      for (const worker of ['prod-worker-1', 'prod-worker-2'])
        await berth.docker(worker, ['import', '-', 'web'], image);
      const place = ['--replicas', '2', '--constraint', 'node.role==worker', '--no-resolve-image'];
      await docker('service', 'create', '--name', 'web', ...place, 'web', '/bin/busybox', 'sleep', '1d');
      const leader = (await status()).nodes.find((node) => node.leader)?.machine ?? '';

      await berth.ok('kill', leader);

      const lines = await berth.ok('env', '--swarm', '--shell', 'bash', leader);
      expect(lines).toMatch(/^export DOCKER_MACHINE_NAME="prod-manager-[123]"$/m);
      expect(lines).not.toContain(`DOCKER_MACHINE_NAME="${leader}"`);
      const { stdout } = await docker('node', 'ls', '--format', '{{.Hostname}} {{.ManagerStatus}}');
      expect(stdout).toMatch(/^prod-manager-[123] Leader$/m);
      expect(stdout).not.toContain(`${leader} Leader`);
      expect(await docker('service', 'ls', '--format', '{{.Name}} {{.Replicas}}')).toMatchObject({
        stdout: 'web 2/2\n',
      });

      await berth.ok('swarm', 'repair', 'prod');

      expect((await status()).reachableManagers).toBe(3);
      await docker('service', 'rm', 'web');
    },
    4 * MINUTES,
  );

  it(
    'follows a manager that comes back under another address',
    async () => {
      const addressOf = async (): Promise<string | undefined> =>
        (await status()).nodes.find(({ machine }) => machine === 'prod-manager-3')?.address;
      const before = (await berth.ok('ip', 'prod-manager-3')).trim();
      await berth.ok('stop', 'prod-manager-3');
      // Somebody else gets the address meanwhile.
      await berth.ok('create', ...NEW_HOST, 'thief');
      expect((await berth.ok('ip', 'thief')).trim()).toBe(before);

      await berth.ok('swarm', 'repair', 'prod');

      const after = (await berth.ok('ip', 'prod-manager-3')).trim();
      expect(after).not.toBe(before);
      expect(await addressOf()).toBe(after);
      expect((await status()).reachableManagers).toBe(3);
      expect(await nodes()).toEqual(READY(1, 2));
      await berth.ok('rm', '-y', 'thief');
    },
    5 * MINUTES,
  );

  it(
    'becomes larger and smaller',
    async () => {
      await berth.ok('swarm', 'scale', 'prod', '--workers', '4');
      expect(await nodes()).toEqual(READY(1, 2, 3, 4));

      await berth.ok('swarm', 'scale', 'prod', '--workers', '1');

      expect(await nodes()).toEqual(READY(1));
      expect((await docker('node', 'ls', '-q')).stdout.trim().split('\n')).toHaveLength(4);
    },
    6 * MINUTES,
  );

  it(
    'finishes what a killed command began',
    async () => {
      const scaling = berth.start('swarm', 'scale', 'prod', '--workers', '2');
      await new Promise<void>((resolve) => {
        scaling.stderr?.on('data', (part: Buffer) => {
          if (part.toString().includes('Booting')) resolve();
        });
      });
      scaling.kill('SIGKILL');

      await berth.ok('swarm', 'scale', 'prod', '--workers', '2');

      expect(await nodes()).toEqual(READY(1, 2));
    },
    4 * MINUTES,
  );

  it(
    'loses a member whose machine is removed',
    async () => {
      await berth.ok('rm', '-y', 'prod-worker-2');

      expect(await nodes()).toEqual(READY(1));
      expect((await docker('node', 'ls', '-q')).stdout.trim().split('\n')).toHaveLength(4);
    },
    2 * MINUTES,
  );

  it(
    'leaves nothing behind when it is removed',
    async () => {
      await berth.ok('swarm', 'rm', '-y', 'prod');

      expect(await berth.ok('swarm', 'ls', '--json')).toBe('[]\n');
      expect(await leftovers('prod-manager-[123]', 'prod-worker-[1234]', 'thief')).toEqual([]);
    },
    2 * MINUTES,
  );
});
