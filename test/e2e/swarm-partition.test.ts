import { poll } from '../../src/poll.js';
import { sh } from './support/berth.js';
import { NEW_HOST, RealCluster } from './support/cluster.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;
/** Managers keep apart what they missed, and their agents wait up to 8 s before they call again. In milliseconds. */
const HEALED_WITHIN_MS = 90_000;

describeReal('a cluster one of whose networks breaks', () => {
  const cluster = new RealCluster('split');
  const { berth } = cluster;
  let lost = '';

  beforeAll(async () => {
    await berth.ok('swarm', 'create', 'split', '--managers', '3', '--workers', '1', ...NEW_HOST);
    lost = (await cluster.status()).nodes.find(({ leader }) => leader)?.machine ?? '';
  }, 5 * MINUTES);

  afterAll(() => cluster[Symbol.asyncDispose](), 2 * MINUTES);

  const setLink = async (state: 'up' | 'down'): Promise<void> => {
    const link = (await berth.ok('inspect', '-f', '{{.Driver.Machine.link}}', lost)).trim();
    await sh('ip', 'link', 'set', link, state);
  };

  it(
    'says that its leader is unreachable and what to do, and goes on with another',
    async () => {
      await setLink('down');

      const { nodes, reachableManagers, needed, due, advice } = await cluster.status();
      expect(nodes.filter(({ status }) => status === 'unreachable').map(({ machine }) => machine)).toEqual([lost]);
      expect(nodes.find(({ leader }) => leader)?.machine).toMatch(/^split-manager-[123]$/);
      expect([reachableManagers, needed]).toEqual([2, 2]);
      expect(due).toEqual([`${lost}: waits until it answers`]);
      expect(advice).toEqual([`berth status ${lost}`, 'berth swarm repair split']);
      expect(await berth.ok('env', '--swarm', '--shell', 'bash', lost)).toMatch(
        /^export DOCKER_MACHINE_NAME="split-manager-[123]"$/m,
      );
      expect(await cluster.docker('node', 'ls', '--format', '{{.Hostname}}')).toContain(lost);
    },
    3 * MINUTES,
  );

  it(
    'is whole again by itself once the network is',
    async () => {
      await setLink('up');

      await poll(async () => ((await isWhole()) ? true : undefined), {
        what: 'the cluster to be whole',
        withinMs: HEALED_WITHIN_MS,
        everyMs: 1_000,
      });

      expect(await cluster.docker('node', 'ls', '--format', '{{.Status}} {{.Availability}}')).toBe(
        'Ready Active\n'.repeat(4),
      );
    },
    3 * MINUTES,
  );

  const isWhole = async (): Promise<boolean> => {
    const { nodes, reachableManagers, due } = await cluster.status();
    return due.length === 0 && reachableManagers === 3 && nodes.every(({ status }) => status === 'ready');
  };
});
