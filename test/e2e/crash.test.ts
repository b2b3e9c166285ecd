import { Berth } from './support/berth.js';
import { leftovers } from './support/leftovers.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;
/** How often a create is killed; the moments are spread over its whole length, with a random part each. */
const KILLS = 50;

describeReal('a create that is killed', () => {
  const berth = new Berth();
  let wholeMs = 0;

  afterAll(async () => {
    await berth.run('rm', '-f', 'victim');
    berth[Symbol.dispose]();
  });

  it(
    'takes this long when nobody kills it',
    async () => {
      await berth.ok('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'victim');
      await berth.ok('rm', '-y', 'victim');

      const began = performance.now();
      await berth.ok('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'victim');
      wholeMs = performance.now() - began;
      await berth.ok('rm', '-y', 'victim');

      expect(wholeMs).toBeGreaterThan(0);
    },
    10 * MINUTES,
  );

  it(
    `leaves at ${KILLS} random moments a record from which rm finishes, and an empty computer`,
    async () => {
      const failures: string[] = [];

      for (let kill = 0; kill < KILLS; kill += 1) {
        const afterMs = ((kill + Math.random()) / KILLS) * wholeMs;
        const create = berth.start('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'victim');
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        create.kill('SIGKILL');
        if (create.exitCode === null && create.signalCode === null)
          await new Promise((resolve) => create.once('close', resolve));
        // Killed before its first write there is nothing to remove, which rm says.
        const listed = await berth.ok('ls', '-q');
        const removed = await berth.run('rm', '-y', 'victim');
        if (listed.trim() === 'victim' && removed.code !== 0)
          failures.push(`after ${Math.round(afterMs)} ms: ${removed.stderr}`);
        if (listed.trim() === '' && !removed.stderr.includes('Code: MachineNotFound'))
          failures.push(`after ${Math.round(afterMs)} ms, unlisted: ${removed.stderr}`);
        failures.push(...(await leftovers('victim')).map((line) => `after ${Math.round(afterMs)} ms: ${line}`));
      }

      expect(failures).toEqual([]);
    },
    25 * MINUTES,
  );

  it(
    'is finished by the same create',
    async () => {
      const create = berth.start('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'victim');
      await new Promise((resolve) => setTimeout(resolve, wholeMs / 2));
      create.kill('SIGKILL');
      if (create.signalCode === null) await new Promise((resolve) => create.once('close', resolve));

      await berth.ok('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'victim');

      expect(await berth.docker('victim', ['version', '--format', 'ok'])).toMatchObject({ code: 0, stdout: 'ok\n' });
    },
    4 * MINUTES,
  );

  it(
    'is stopped in order by Ctrl-C, and says how to go on',
    async () => {
      await berth.ok('rm', '-y', 'victim');
      const create = berth.start('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'victim');
      let stderr = '';
      create.stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
      await new Promise((resolve) => setTimeout(resolve, wholeMs / 2));
      create.kill('SIGINT');
      const code = await new Promise((resolve) => create.once('close', resolve));

      expect(code).toBe(130);
      expect(stderr).toContain('Error: interrupted while creating "victim"; what exists is on record\n');
      expect(await berth.ok('rm', '-y', 'victim')).toContain('Successfully removed victim');
      expect(await leftovers('victim')).toEqual([]);
    },
    4 * MINUTES,
  );
});
