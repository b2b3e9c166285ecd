import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { renderTable } from '../../src/cli/table.js';
import { Berth, finished } from './support/berth.js';
import { CLOUDS, type Cloud } from './support/clouds.js';

const MINUTES = 60_000;
/** Nobody answers SSH at a stand-in without machines. */
const CREATE = ['create', '--ssh-timeout', '1'];
type Drop = 'drop before' | 'drop after';

interface Run {
  readonly call: string;
  readonly drop: Drop;
  readonly isKilled: boolean;
  readonly byRecord: boolean;
  readonly orphans: readonly string[];
}

const rows: string[][] = [['DRIVER', 'CALLS', 'KILLS', 'BY RM', 'BY GC', 'ORPHANS']];
afterAll(() => void process.stderr.write(`\n${renderTable(rows)}`));

describe('berth killed by kill -9', () => {
  it.each(CLOUDS)(
    'at any call of a create on $driver, before it or after it, leaves nothing that rm or gc does not find',
    async ({ driver, open }) => {
      const { calls, foreign } = await undisturbed(open);
      const runs: Run[] = [];

      for (let index = 0; index < calls; index += 1)
        runs.push(
          ...(await Promise.all([
            killedAt(index, { drop: 'drop before', open, foreign, byRecord: index % 2 === 0 }),
            killedAt(index, { drop: 'drop after', open, foreign, byRecord: index % 2 === 1 }),
          ])),
        );

      const killed = runs.filter(({ isKilled }) => isKilled);
      const orphans = runs.flatMap((run) => run.orphans.map((orphan) => `${run.call}, ${run.drop}: ${orphan}`));
      const byRm = killed.filter(({ byRecord }) => byRecord).length;
      rows.push([driver, calls, killed.length, byRm, killed.length - byRm, orphans.length].map(String));
      expect(orphans).toEqual([]);
      expect(killed.length).toBeGreaterThan(calls);
    },
    20 * MINUTES,
  );
});

async function undisturbed(open: () => Promise<Cloud>): Promise<{ calls: number; foreign: readonly string[] }> {
  await using cloud = await open();
  using berth = berthAt(cloud);
  const { stderr } = await berth.run(...CREATE, '-d', cloud.driver, ...cloud.flags, 'victim');
  expect(stderr).toContain('over SSH');
  return { calls: cloud.standIn.calls.length, foreign: cloud.standIn.foreign() };
}

interface Killing {
  readonly drop: Drop;
  readonly open: () => Promise<Cloud>;
  readonly foreign: readonly string[];
  readonly byRecord: boolean;
}

/** `byRecord`: cleared up with rm; else the record is lost too, and gc has to find what there is by its tags. */
async function killedAt(index: number, { drop, open, foreign, byRecord }: Killing): Promise<Run> {
  await using cloud = await open();
  using berth = berthAt(cloud);
  const { standIn, driver, flags } = cloud;
  const create = berth.start(...CREATE, '-d', driver, ...flags, 'victim');
  const ended = finished(create);
  let call = `call ${index}`;
  standIn.intervene = async (current) => {
    if (current.index !== index) return current.index > index ? 'drop before' : undefined;
    call = `${index}: ${current.name}`;
    create.kill('SIGKILL');
    await ended;
    return drop;
  };
  await ended;
  standIn.intervene = () => undefined;
  const record = join(berth.store, 'machines', 'victim');
  if (!byRecord) rmSync(record, { recursive: true, force: true });
  if (existsSync(record)) await berth.ok('rm', '-y', 'victim');
  else await berth.ok('gc', '--yes', '-d', driver, ...flags);
  const changed = standIn.foreign().join('\n') === foreign.join('\n') ? [] : ['something of somebody else has changed'];
  const isKilled = create.signalCode === 'SIGKILL';
  return { call, drop, isKilled, byRecord, orphans: [...standIn.left(), ...changed] };
}

function berthAt({ environment }: Cloud): Berth {
  const berth = new Berth();
  Object.assign(berth.environment, environment);
  return berth;
}
