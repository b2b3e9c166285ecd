import { randomBytes } from 'node:crypto';
import { NEW_HOST, RealCluster } from './support/cluster.js';
import { describeReal } from './support/needs.js';
import { startRequests } from './support/requests.js';

const MINUTES = 60_000;
const PAYLOAD = randomBytes(64 << 10);
const SERVE = ['busybox', '/bin/busybox', 'httpd', '-f', '-p', '80', '-h', '/www'];
/**
 * Ports of the hosts themselves: a kernel without IP_VS has no routing mesh. A host without a replica refuses at once, and the
 * client goes on to the next, as the mesh would do for it.
 */
const PUBLISHED = ['-d', '--init', '--endpoint-mode', 'dnsrr', '--publish', 'mode=host,target=80,published=8080'];

describeReal('an upgrade of a cluster', () => {
  const cluster = new RealCluster('busy');
  const { berth } = cluster;
  const machines = [...[1, 2, 3].map((number) => `busy-manager-${number}`), 'busy-worker-1'];

  beforeAll(async () => {
    await berth.ok('swarm', 'create', 'busy', '--managers', '3', '--workers', '1', ...NEW_HOST);
    await cluster.putImage(machines, { payload: PAYLOAD });
    await cluster.docker('service', 'create', ...PUBLISHED, '--replicas', '2', '--name', 'web', ...SERVE);
    await cluster.untilRunning('web', 2);
  }, 5 * MINUTES);

  afterAll(() => cluster[Symbol.asyncDispose](), 2 * MINUTES);

  it(
    'changes a setting of every engine while no request to a service of two replicas fails',
    async () => {
      const addresses = await Promise.all(machines.map((machine) => cluster.addressOf(machine)));
      const requests = startRequests(
        addresses.map((address) => `http://${address}:8080/payload`),
        PAYLOAD,
      );
      const began = performance.now();

      await berth.ok('swarm', 'upgrade', 'busy', '--engine-label', 'round=second');

      const tookMs = Math.round(performance.now() - began);
      const { asked, failed, slowestMs } = await requests.end();
      process.stderr.write(`${asked} requests in ${tookMs} ms, ${failed.length} failed, slowest ${slowestMs} ms\n`);
      expect(failed).toEqual([]);
      expect(asked).toBeGreaterThan(100);
      const labels = await Promise.all(
        machines.map((machine) => cluster.dockerOn(machine, 'info', '--format', '{{.Labels}}')),
      );
      expect(labels.filter((all) => all.includes('round=second'))).toHaveLength(machines.length);
    },
    6 * MINUTES,
  );

  it('leaves every node as it was', async () => {
    const availability = await cluster.docker('node', 'ls', '--format', '{{.Status}} {{.Availability}}');

    expect(availability).toBe('Ready Active\n'.repeat(machines.length));
    expect((await cluster.status()).due).toEqual([]);
  });
});
