import { afterAll, expect, it } from '@jest/globals';
import { renderTable } from '../../src/cli/table.js';
import { Berth } from './support/berth.js';
import { CLOUDS, type Cloud } from './support/clouds.js';
import { describeReal } from './support/needs.js';
import { PretendedMachines } from './support/pretended-machines.js';

/** What a provider takes until a machine answers SSH, in milliseconds. */
const BOOT_MS = 5_000;
const MANY = 20;

const rows: string[][] = [['DRIVER', 'MACHINES', 'SECONDS', 'OF ONE', 'CALLS', 'CALLS EACH']];
afterAll(() => void process.stderr.write(`\n${renderTable(rows)}`));

interface Taken {
  readonly seconds: number;
  readonly calls: number;
}

describeReal('many machines at once on one account', () => {
  it.each(CLOUDS)(
    `are made by the driver $driver: ${MANY} of them, each of which boots in ${BOOT_MS / 1_000} s`,
    async ({ driver, open }) => {
      const one = await taken(1, open);
      const many = await taken(MANY, open);

      const row = (count: number, { seconds, calls }: Taken): string[] =>
        [driver, count, seconds.toFixed(1), (seconds / one.seconds).toFixed(2), calls, (calls / count).toFixed(1)].map(
          String,
        );
      rows.push(row(1, one), row(MANY, many));
      // What is promised is 1.5 on a computer that does nothing else; one after the other would be 20.
      expect(many.seconds / one.seconds).toBeLessThan(6);
    },
    300_000,
  );
});

async function taken(count: number, open: (machines: PretendedMachines) => Promise<Cloud>): Promise<Taken> {
  using berth = new Berth();
  await using machines = new PretendedMachines(() => berth.store, BOOT_MS);
  await using cloud = await open(machines);
  Object.assign(berth.environment, cloud.environment);
  // The authority is there already, as in every store but a new one.
  await berth.ok('create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', 'seed');
  const began = performance.now();

  await berth.ok('create', '-d', cloud.driver, ...cloud.flags, '-n', String(count), 'many');

  const seconds = (performance.now() - began) / 1_000;
  const calls = cloud.standIn.calls.length;
  const names = (await berth.ok('ls', '-q')).trim().split('\n');
  expect(names).toHaveLength(count + 1);
  await berth.ok('rm', '-y', ...names);
  expect(cloud.standIn.left()).toEqual([]);
  return { seconds, calls };
}
