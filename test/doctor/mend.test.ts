import { describe, expect, it } from '@jest/globals';
import type { Finding, Mend } from '../../src/doctor/finding.js';
import { mendsOf, mendTitle } from '../../src/doctor/mend.js';
import { parseName } from '../../src/name.js';

const [web, db] = [parseName('web-1'), parseName('db-1')];

function examined(...mends: readonly (Mend | undefined)[]) {
  const findings = mends.map((mend): Finding => ({
    id: 'x',
    severity: 'error',
    fact: 'x',
    remedy: 'x',
    ...(mend ? { mend } : {}),
  }));
  return [{ group: 'web-1', seen: '', findings }];
}

describe('what is to be mended', () => {
  it('is nothing where findings are for the user', () => {
    expect(mendsOf(examined(undefined))).toEqual([]);
  });

  it('is done once, whatever number of findings ask for it', () => {
    const provision: Mend = { kind: 'provision', machine: web, renew: false };

    expect(mendsOf(examined(provision, { ...provision }))).toEqual([provision]);
  });

  it('is not done apart where other work brings it along', () => {
    const mends = mendsOf(
      examined(
        { kind: 'entrances', machine: web },
        { kind: 'provision', machine: web, renew: false },
        { kind: 'provision', machine: web, renew: true },
        { kind: 'entrances', machine: db },
      ),
    );

    expect(mends).toEqual([
      { kind: 'provision', machine: web, renew: true },
      { kind: 'entrances', machine: db },
    ]);
  });

  it('is done in the order that one builds on the other', () => {
    const mends = mendsOf(
      examined(
        { kind: 'drop-context', name: 'gone', machineId: 'a' },
        { kind: 'provision', machine: web, renew: true },
        { kind: 'address', machine: web, address: '192.0.2.8' },
        { kind: 'certificates' },
        { kind: 'unlock', folder: '/store/locks/web-1', tickets: [] },
        { kind: 'entrances', machine: db },
        { kind: 'mode', path: '/store/x', mode: 0o600 },
        { kind: 'provision', machine: db, renew: false },
      ),
    );

    expect(mends.map(mendTitle)).toEqual([
      'Removing the lock that a killed process left in /store/locks/web-1',
      'Keeping others out of /store/x',
      "Renewing the store's certificates",
      'Putting the address 192.0.2.8 of web-1 on record',
      'Renewing the certificates of web-1',
      'Provisioning db-1',
      'Removing the docker context "gone"',
    ]);
  });
});

describe('the title of what is mended', () => {
  it('tells of contexts, too', () => {
    expect(mendTitle({ kind: 'entrances', machine: db })).toBe('Bringing the docker context of db-1 up to date');
  });
});
