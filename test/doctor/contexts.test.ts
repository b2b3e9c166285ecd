import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { examineContexts } from '../../src/doctor/contexts.js';
import type { Finding } from '../../src/doctor/finding.js';
import { mendAll } from '../../src/doctor/mend.js';
import { readContexts, removeContext, writeContext } from '../../src/engine/contexts.js';
import { parseName } from '../../src/name.js';
import type { Machine } from '../../src/record.js';
import { clinic, type Clinic } from './support/clinic.js';

const WEB = parseName('web-1');

let own: Clinic;
let machine: Machine;
beforeEach(async () => {
  own = await clinic();
  machine = await own.create('web-1');
});
afterEach(() => own[Symbol.asyncDispose]());

async function findings(
  machines: readonly Machine[],
  names = machines.map(({ name }) => name),
): Promise<readonly Finding[]> {
  const folder = own.world.dockerFolder;
  return (await examineContexts({ folder, machines, names }, own.program)).findings;
}

describe('docker contexts', () => {
  it('in step with their machines are nothing to speak of', async () => {
    expect(await findings([machine])).toEqual([]);
  });

  it('of a machine that is gone are removed', async () => {
    const found = await findings([]);

    expect(found).toEqual([
      {
        id: 'context-gone',
        severity: 'warning',
        fact: 'the docker context "web-1" is of a machine that is gone',
        remedy: 'docker context rm -f web-1',
        mend: { kind: 'drop-context', name: 'web-1', machineId: machine.id },
      },
    ]);
    await mendAll(
      found.flatMap(({ mend }) => mend ?? []),
      own.program,
    );
    expect((await readContexts(own.world.dockerFolder)).names).toEqual([]);
  });

  it('that cannot be read keep the client from showing the others', async () => {
    const folder = join(own.world.dockerFolder, 'contexts', 'meta', 'half');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'meta.json'), '{"Name":');

    expect(await findings([machine])).toEqual([
      {
        id: 'context-broken',
        severity: 'error',
        fact: 'a docker context cannot be read, so that docker context ls shows none',
        remedy: `Restore the file meta.json in it, or: rm -r ${folder}`,
        details: [folder],
      },
    ]);
  });

  it('of a machine whose record is broken stay', async () => {
    expect(await findings([], [WEB])).toEqual([]);
  });

  it('lead to where their machine is', async () => {
    const moved: Machine = { ...machine, address: '192.0.2.8' };

    expect(await findings([moved])).toEqual([
      {
        id: 'context-stale',
        severity: 'error',
        fact: `the docker context "web-1" leads to tcp://127.0.0.1:${machine.enginePort}, and the machine is at tcp://192.0.2.8:${machine.enginePort}`,
        remedy: 'berth provision web-1',
        mend: { kind: 'entrances', machine: WEB },
      },
    ]);
  });

  it('hold the certificates of their machine', async () => {
    await own.program.store.writeFile(WEB, 'cert.pem', 'ANOTHER');

    const found = await findings([machine]);

    expect(found.map(({ id, fact }) => [id, fact])).toEqual([
      ['context-stale', 'the docker context "web-1" holds other certificates than the machine'],
    ]);
    await mendAll(
      found.flatMap(({ mend }) => mend ?? []),
      own.program,
    );
    expect(await findings([machine])).toEqual([]);
  });
});

describe('machines without a docker context', () => {
  it('get it back', async () => {
    const folder = own.world.dockerFolder;
    await removeContext(folder, 'web-1', machine.id);

    const found = await findings([machine]);

    expect(found).toEqual([
      {
        id: 'context-missing',
        severity: 'note',
        fact: 'there is no docker context "web-1" for the machine',
        remedy: 'berth doctor --fix',
        mend: { kind: 'entrances', machine: WEB },
      },
    ]);
    await mendAll(
      found.flatMap(({ mend }) => mend ?? []),
      own.program,
    );
    expect((await readContexts(folder)).own).toMatchObject([{ name: 'web-1', machineId: machine.id }]);
    expect(await findings([machine])).toEqual([]);
  });

  it("whose name somebody else's has are left to the user", async () => {
    const folder = own.world.dockerFolder;
    await removeContext(folder, 'web-1', machine.id);
    await writeContext(folder, { name: 'web-1', machineId: '', url: 'tcp://192.0.2.77:2376' });

    expect(await findings([machine])).toEqual([
      {
        id: 'context-foreign',
        severity: 'warning',
        fact: 'the docker context "web-1" is somebody else\'s and leads to another engine than the machine\'s',
        remedy: 'docker context rm -f web-1 && berth doctor --fix',
      },
    ]);
  });

  it('are well where the client takes no such name, or none was made yet', async () => {
    await removeContext(own.world.dockerFolder, 'web-1', machine.id);

    expect(await findings([{ ...machine, name: parseName('w') }])).toEqual([]);
    expect(await findings([{ ...machine, phase: 'created' }])).toEqual([]);
  });
});

describe('the files for use', () => {
  it('lead to where their machine is', async () => {
    await own.program.store.writeFile(WEB, 'env', 'DOCKER_HOST=tcp://192.0.2.9:2376\n');

    expect(await findings([machine])).toEqual([
      {
        id: 'shell-file-stale',
        severity: 'error',
        fact: `berth use web-1 leads elsewhere than to tcp://127.0.0.1:${machine.enginePort}`,
        remedy: 'berth provision web-1',
        mend: { kind: 'entrances', machine: WEB },
      },
    ]);
  });
});
