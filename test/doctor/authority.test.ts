import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examineAuthority } from '../../src/doctor/authority.js';
import { mendAll } from '../../src/doctor/mend.js';
import { ensureAuthority } from '../../src/lifecycle/certificates.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Machine } from '../../src/record.js';
import { testWorld, type World } from '../lifecycle/support/world.js';

const DAY_MS = 86_400_000;

let world: World;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world[Symbol.asyncDispose]());
const after = (days: number): World['program'] => {
  const then = new Date(Date.now() + days * DAY_MS);
  return { ...world.program, now: () => then };
};

const create = (name: string): Promise<Machine> => createMachine(world.wish(name), world.spec, world.program);

describe("the store's certificates", () => {
  it('are nothing to look at before there are some', async () => {
    expect(await examineAuthority([], world.program)).toBeUndefined();
  });

  it('are one line while they are good', async () => {
    await ensureAuthority(world.program);

    const examined = await examineAuthority([], world.program);

    expect(examined).toMatchObject({ group: 'certificates', findings: [] });
    expect(examined?.seen).toMatch(/^authority until \d{4}-\d\d-\d\d$/);
  });

  it.each([
    [1_030, 'authority-expiring', 'warning', /^the store's certificate authority expires on \d{4}-\d\d-\d\d$/],
    [1_090, 'authority-expired', 'error', /^the store's certificate authority expired on \d{4}-\d\d-\d\d$/],
    [-10, 'clock-behind', 'error', /^this computer's clock says [\d-]+, before the certificate authority was made$/],
  ])('are told of %d days later', async (...[days, id, severity, fact]) => {
    await ensureAuthority(world.program);

    const examined = await examineAuthority([], after(days));

    expect(examined?.findings).toMatchObject([{ id, severity }]);
    expect(examined?.findings[0]?.fact).toMatch(fact);
  });

  it('name the machines in what mends them', async () => {
    await ensureAuthority(world.program);
    const folder = join(world.program.store.base, 'certs');
    const machines = [await create('web-1'), await create('web-2')];

    const remedies = await Promise.all([1_030, 1_090].map((days) => examineAuthority(machines, after(days))));

    expect(remedies.map((examined) => examined?.findings[0]?.remedy)).toEqual([
      `mv ${folder} ${folder}.old && berth regenerate-certs -f web-1 web-2`,
      'berth regenerate-certs -f web-1 web-2',
    ]);
  });

  it('of the client that are none are told of', async () => {
    const machines = [await create('web-1')];
    writeFileSync(join(world.program.store.base, 'certs/cert.pem'), 'no certificate', { mode: 0o600 });

    const { findings = [] } = (await examineAuthority(machines, world.program)) ?? {};

    expect(findings).toEqual([
      {
        id: 'client-certificate-broken',
        severity: 'error',
        fact: "the store's client certificate is of no use: certs/cert.pem is no certificate",
        remedy: 'berth provision web-1',
        mend: { kind: 'certificates' },
      },
    ]);
  });

  it('that have expired are made anew', async () => {
    await ensureAuthority(world.program);
    const late = after(1_090);
    const { findings = [] } = (await examineAuthority([], late)) ?? {};

    const failures = await mendAll(
      findings.flatMap(({ mend }) => mend ?? []),
      { ...late, certificates: async () => (await import('../../src/certs/issue.js')).certificates },
    );

    expect(failures).toEqual([]);
    expect((await examineAuthority([], late))?.findings).toEqual([]);
  });
});
