import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { examineAuthority } from '../../src/doctor/authority.js';
import { mendAll } from '../../src/doctor/mend.js';
import { ensureAuthority } from '../../src/lifecycle/certificates.js';
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

describe("the store's certificates", () => {
  it('are nothing to look at before there are some', async () => {
    expect(await examineAuthority(world.program)).toBeUndefined();
  });

  it('are one line while they are good', async () => {
    await ensureAuthority(world.program);

    const examined = await examineAuthority(world.program);

    expect(examined).toMatchObject({ group: 'certificates', findings: [] });
    expect(examined?.seen).toMatch(/^authority until \d{4}-\d\d-\d\d$/);
  });

  it.each([
    [1_030, 'authority-expiring', 'warning', /^the store's certificate authority expires on \d{4}-\d\d-\d\d$/],
    [1_090, 'authority-expired', 'error', /^the store's certificate authority expired on \d{4}-\d\d-\d\d$/],
    [-10, 'clock-behind', 'error', /^this computer's clock says [\d-]+, before the certificate authority was made$/],
  ])('are told of %d days later', async (...[days, id, severity, fact]) => {
    await ensureAuthority(world.program);

    const examined = await examineAuthority(after(days));

    expect(examined?.findings).toMatchObject([{ id, severity }]);
    expect(examined?.findings[0]?.fact).toMatch(fact);
  });

  it('that have expired are made anew', async () => {
    await ensureAuthority(world.program);
    const late = after(1_090);
    const { findings = [] } = (await examineAuthority(late)) ?? {};

    const failures = await mendAll(
      findings.flatMap(({ mend }) => mend ?? []),
      { ...late, certificates: async () => (await import('../../src/certs/issue.js')).certificates },
    );

    expect(failures).toEqual([]);
    expect((await examineAuthority(late))?.findings).toEqual([]);
  });
});
