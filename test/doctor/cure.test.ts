import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cure } from '../../src/doctor/cure.js';
import { examine, type Exam } from '../../src/doctor/examine.js';
import type { Examined } from '../../src/doctor/finding.js';
import { MachineError } from '../../src/errors.js';
import { writeContext, readContexts } from '../../src/engine/contexts.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { clinic, WELL, type Clinic } from './support/clinic.js';

const EXAM: Exam = {
  names: [],
  timeoutMs: 5_000,
  computer: WELL,
  shell: { shell: 'bash', currentContext: '' },
  localDrivers: [],
};

let own: Clinic;
beforeEach(async () => {
  own = await clinic();
  await own.create('web-1');
});
afterEach(() => own[Symbol.asyncDispose]());
const idsOf = (examined: readonly Examined[]): string[] =>
  examined.flatMap(({ group, findings }) => findings.map(({ id }) => `${group} ${id}`));
const inStore = (...parts: string[]): string => join(own.program.store.base, ...parts);

describe('an examination', () => {
  it('of what is well has a group for each part of the computer and for each machine', async () => {
    const examined = await examine(EXAM, own.program);

    expect(examined.map(({ group, seen, findings }) => [group, seen, findings])).toEqual([
      ['computer', 'Node 20.19.0, docker client 28.2.2, OpenSSH_9.2p1', []],
      ['shell', 'bash without shell-init', []],
      ['store', `1 machine in ${own.program.store.base}`, []],
      ['certificates', expect.stringMatching(/^authority until \d{4}-\d\d-\d\d$/), []],
      ['contexts', '1 of a machine', []],
      ['web-1', 'Running, engine 28.2.2, 10 GiB free', []],
    ]);
  });

  it('of some machines leaves the others alone', async () => {
    await own.create('web-2');

    const examined = await examine({ ...EXAM, names: [parseName('web-2')] }, own.program);

    expect(examined.flatMap(({ machine }) => machine ?? [])).toEqual(['web-2']);
  });

  it('of a machine that there is none of is refused', async () => {
    const failure = await failureOf(examine({ ...EXAM, names: [parseName('nope')] }, own.program));

    expect(told(failure)).toEqual({
      code: 'MachineNotFound',
      message: 'no machine is called "nope"',
      exitCode: 2,
    });
  });

  it('tells of records that cannot be read, and of machines that were never finished', async () => {
    mkdirSync(inStore('machines/torn'), { mode: 0o700 });
    writeFileSync(inStore('machines/torn/config.json'), '{"Dri', { mode: 0o600 });
    const machine = await own.program.store.read(parseName('web-1'));
    await own.program.store.write({ ...machine, phase: 'created' });

    const examined = await examine(EXAM, own.program);

    expect(idsOf(examined)).toEqual(['torn record-broken', 'web-1 machine-unfinished']);
  });

  it('is not ended by a store that cannot be listed, and says whose it should be', async () => {
    const cause = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const list = (): Promise<never> => Promise.reject(new MachineError('StoreUnusable', 'cannot read it', { cause }));
    const computer = { ...EXAM.computer, userId: 1234 };

    const examined = await examine({ ...EXAM, computer }, { ...own.program, store: { ...own.program.store, list } });

    const { base } = own.program.store;
    const [first] = examined.find(({ group }) => group === 'store')?.findings ?? [];
    expect(first).toMatchObject({ id: 'store-owner', remedy: `sudo chown -R 1234 ${base}` });
    expect(idsOf(examined).filter((id) => id.endsWith('look-failed'))).toEqual([]);
  });

  it('is not ended by a store that is no store', async () => {
    writeFileSync(inStore('certs/ca.pem'), 'no certificate', { mode: 0o600 });

    const examined = await examine(EXAM, own.program);

    expect(idsOf(examined)).toEqual(['certificates authority-broken', 'web-1 authority-changed']);
  });
});

describe('a cure', () => {
  it('of what is well does nothing', async () => {
    const cured = await cure(EXAM, own.program);

    expect(cured).toMatchObject({ mended: [], failures: [] });
  });

  it('mends what it can and looks again', async () => {
    const { program, world } = own;
    chmodSync(inStore('machines/web-1/id_rsa'), 0o644);
    await writeContext(world.dockerFolder, {
      ...{ name: 'gone', machineId: 'f'.repeat(16), storeId: await program.store.id(), url: 'tcp://192.0.2.9:2376' },
    });
    await writeContext(world.dockerFolder, {
      ...{ name: 'others', machineId: 'e'.repeat(16), storeId: 'd'.repeat(16), url: 'tcp://192.0.2.8:2376' },
    });
    own.host['unit'] = 'inactive';
    await world.engines.stop('127.0.0.1', world.enginePort);

    const { examined, mended, failures } = await cure(EXAM, program);

    expect({ ids: idsOf(examined), mended, failures }).toEqual({
      ids: [],
      mended: [
        `Keeping others out of ${inStore('machines/web-1/id_rsa')}`,
        'Provisioning web-1',
        'Removing the docker context "gone"',
      ],
      failures: [],
    });
    expect(statSync(inStore('machines/web-1/id_rsa')).mode & 0o777).toBe(0o600);
    expect((await readContexts(world.dockerFolder)).names.toSorted()).toEqual(['others', 'web-1']);
  });

  it('says what it does before it does it', async () => {
    chmodSync(inStore('machines/web-1/id_rsa'), 0o644);
    own.world.lines.splice(0);

    await cure(EXAM, own.program);

    expect(own.world.lines).toContain(`step: Keeping others out of ${inStore('machines/web-1/id_rsa')}`);
  });

  it('puts a changed address on record, and all that depends on it', async () => {
    for (const server of own.world.provider.servers.values()) server.address = '127.0.0.2';

    const { examined, mended } = await cure(EXAM, own.program);

    expect({ ids: idsOf(examined), mended }).toEqual({
      ids: [],
      mended: ['Putting the address 127.0.0.2 of web-1 on record'],
    });
    expect((await own.program.store.read(parseName('web-1'))).address).toBe('127.0.0.2');
  });

  it('goes on where one thing cannot be mended', async () => {
    chmodSync(inStore('machines/web-1/id_rsa'), 0o644);
    await own.world.engines.stop('127.0.0.1', own.world.enginePort);
    own.host['unit'] = 'inactive';
    own.world.duringProvision = () => Promise.reject(new MachineError('ProvisionFailed', 'no luck'));

    const { examined, mended, failures } = await cure(EXAM, own.program);

    expect(mended).toEqual([`Keeping others out of ${inStore('machines/web-1/id_rsa')}`]);
    expect(idsOf(examined)).toEqual(['web-1 engine-stopped']);
    expect(failures.map(({ title, error }) => [title, error.message])).toEqual([['Provisioning web-1', 'no luck']]);
  });
});
