import { RealCluster, whyNotEncrypted } from './support/cluster.js';
import { sh } from './support/berth.js';
import { describeRealWith } from './support/needs.js';

const MINUTES = 60_000;
const HOST = ['create', '-d', 'nspawn', '--nspawn-packages', 'docker.io'];
const MEMBERS = ['--manager', 'net-a', '--worker', 'net-b', '--worker', 'net-c'];
/** A user's own firewall beside the rules of iptables, in the same hook and after them. */
const DROP =
  'table inet own { chain in { type filter hook input priority 10; udp dport 7946 ip saddr ADDRESS drop; }; }';

describeRealWith({ nft: 'nftables' })('the network of a cluster', () => {
  const cluster = new RealCluster('net');
  const { berth } = cluster;

  beforeAll(() => berth.ok(...HOST, 'net-a', 'net-b', 'net-c'), 5 * MINUTES);

  afterAll(() => cluster[Symbol.asyncDispose](), 2 * MINUTES);

  it(
    'is not encrypted where the kernel cannot, and then nothing is changed on the hosts',
    async () => {
      const reason = await whyNotEncrypted();
      process.stderr.write(`encryption: ${reason ?? 'can be had'}\n`);

      const { code, stderr } = await berth.run('swarm', 'create', 'net', '--encrypted', ...MEMBERS);

      const marks = await berth.ok(
        'ssh',
        'net-a',
        'ls -d /etc/berth/swarm-firewall /var/lib/docker/swarm/state.json || :',
      );
      if (reason === undefined)
        expect([code, marks.split('\n')]).toEqual([0, expect.arrayContaining(['/etc/berth/swarm-firewall'])]);
      else {
        expect([code, marks]).toEqual([2, '']);
        expect(stderr).toContain('no ESP with AES-GCM, which encryption needs, in the kernel of net-a, net-b, net-c');
        expect(stderr).toContain('Requested AEAD algorithm not found');
      }
      await berth.ok('swarm', 'rm', '-y', '--keep-machines', 'net');
    },
    2 * MINUTES,
  );

  it(
    'is told of where datagrams do not get through, with port and direction, and of nothing else',
    async () => {
      const address = await cluster.addressOf('net-b');
      await inNetworkOf('net-a', 'nft', DROP.replace('ADDRESS', address));

      const { code, stderr } = await berth.run('swarm', 'create', 'net', ...MEMBERS);

      expect(code).toBe(0);
      expect(stderr.split('\n').filter((line) => line.includes('let through'))).toEqual([
        expect.stringContaining('7946/udp from net-b to net-a is not let through'),
      ]);
      await inNetworkOf('net-a', 'nft', 'delete table inet own');
    },
    2 * MINUTES,
  );

  it(
    'is told of nothing where all gets through, and nothing is left of the probe',
    async () => {
      await berth.ok('swarm', 'leave', 'net', 'net-c');

      const { code, stderr } = await berth.run('swarm', 'join', 'net', 'net-c');

      expect([code, stderr]).toEqual([0, expect.not.stringContaining('let through')]);
      expect(stderr).toContain("Probing the swarm's ports of net-c");
      expect(await berth.ok('ssh', 'net-a', 'iptables -t nat -S')).not.toContain('BERTH-PROBE');
    },
    2 * MINUTES,
  );

  /** The host may have no such program of its own. */
  async function inNetworkOf(machine: string, ...words: readonly string[]): Promise<void> {
    const name = (await berth.ok('ssh', machine, 'readlink /proc/self/ns/net')).trim().replace(/\D/g, '');
    const spaces = (await sh('lsns', '-t', 'net', '-n', '-o', 'NS,PID'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const [, pid = ''] = spaces.find(([space]) => space === name) ?? [];
    await sh('nsenter', '-t', pid, '-n', ...words);
  }
});
