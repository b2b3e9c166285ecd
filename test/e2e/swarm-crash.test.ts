import { endOf } from './support/berth.js';
import { leftovers } from './support/leftovers.js';
import { NEW_HOST, RealCluster } from './support/cluster.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;
/** How often a command is killed, half of them creates; BERTH_SWARM_KILLS asks for more than there is time for each day. */
const KILLS = Number(process.env['BERTH_SWARM_KILLS'] ?? 8);

interface Command {
  readonly words: readonly string[];
  readonly nodes: readonly string[];
  /** How long it takes when nobody kills it. */
  wholeMs: number;
}

describeReal('a command on a cluster that is killed', () => {
  const cluster = new RealCluster('crash');
  const { berth } = cluster;
  const create = command(['create', 'crash', '--managers', '3', '--workers', '1', ...NEW_HOST], 3);
  const fewer = command(['scale', 'crash', '--managers', '1'], 1);
  const more = command(['scale', 'crash', '--managers', '3'], 3);
  const failures: string[] = [];
  let killed = 0;

  afterAll(async () => {
    process.stderr.write(`${killed} of ${KILLS} were killed before they had ended\n`);
    await cluster[Symbol.asyncDispose]();
  }, 2 * MINUTES);

  const measure = async (one: Command): Promise<void> => {
    const began = performance.now();
    await berth.ok('swarm', ...one.words);
    one.wholeMs = performance.now() - began;
  };

  /** Somewhere in the part of its whole length that is this kill's of so many, then the same command once more. */
  const killAndRepeat = async (one: Command, part: number, parts: number): Promise<void> => {
    const afterMs = Math.round(((part + Math.random()) / parts) * one.wholeMs);
    const running = berth.start('swarm', ...one.words);
    const closed = new Promise((resolve) => running.once('close', resolve));
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, afterMs))]);
    running.kill('SIGKILL');
    await closed;
    if (running.signalCode === 'SIGKILL') killed += 1;
    const when = `${one.words[0] ?? ''} ${one.words.at(-1) ?? ''} after ${afterMs} of ${Math.round(one.wholeMs)} ms`;
    const { code, stderr } = await berth.run('swarm', ...one.words);
    if (code !== 0) failures.push(`${when}: ${endOf(stderr)}`);
    const { due } = await cluster.status();
    const found = [...(await cluster.nodes()).sort(), ...due];
    if (found.join('\n') !== one.nodes.join('\n')) failures.push(`${when}: ${found.join(', ')}`);
    const nodes = await cluster.docker('node', 'ls', '-q');
    if (nodes.trim().split('\n').length !== one.nodes.length)
      failures.push(`${when}: the swarm has the nodes\n${nodes}`);
  };

  it(
    'takes this long when nobody kills it',
    async () => {
      for (const one of [create, fewer, more]) await measure(one);

      process.stderr.write(
        `create ${Math.round(create.wholeMs)} ms, scale ${Math.round(fewer.wholeMs)} and ${Math.round(more.wholeMs)} ms\n`,
      );
    },
    6 * MINUTES,
  );

  it(
    `is finished by the same scale, at ${KILLS >> 1} random moments`,
    async () => {
      const parts = KILLS >> 1;

      for (let part = 0; part < parts; part += 1) await killAndRepeat(part % 2 === 0 ? fewer : more, part, parts);

      expect(failures.splice(0)).toEqual([]);
    },
    KILLS * MINUTES,
  );

  it(
    `is finished by the same create, at ${KILLS - (KILLS >> 1)} random moments`,
    async () => {
      const parts = KILLS - (KILLS >> 1);

      for (let part = 0; part < parts; part += 1) {
        await berth.ok('swarm', 'rm', '-y', 'crash');
        await killAndRepeat(create, part, parts);
      }

      expect(failures.splice(0)).toEqual([]);
    },
    KILLS * MINUTES,
  );

  it(
    'leaves nothing behind when it is removed',
    async () => {
      await berth.ok('swarm', 'rm', '-y', 'crash');

      expect(await berth.ok('ls', '-q')).toBe('');
      expect(await leftovers('crash-manager-\\d+', 'crash-worker-\\d+')).toEqual([]);
    },
    2 * MINUTES,
  );
});

function command(words: readonly string[], managers: number): Command {
  const names = Array.from({ length: managers }, (_, index) => `crash-manager-${index + 1} manager ready`);
  return { words, nodes: [...names, 'crash-worker-1 worker ready'], wholeMs: 0 };
}
