import { describe, expect, it } from '@jest/globals';
import { copyProgress } from '../../src/cli/copy-progress.js';
import { localDriver } from '../../src/cli/local.js';
import { filterByRecord, filterByState, isActive, parseFilters, surveyRow } from '../../src/cli/machine-list.js';
import { renderTable } from '../../src/cli/table.js';
import { newNames } from '../../src/cli/wishes.js';
import type { Survey } from '../../src/lifecycle/status.js';
import { parseName } from '../../src/name.js';
import type { Machine } from '../../src/record.js';
import { failureOf } from '../helpers/failure.js';

describe('a table', () => {
  it('pads cells to the widest of their column and three blanks', () => {
    const table = renderTable([
      ['NAME', 'STATE'],
      ['web-1', 'Running'],
    ]);

    expect(table).toBe('NAME    STATE\nweb-1   Running\n');
  });

  it('keeps a row on one line, whatever its cells hold', () => {
    expect(renderTable([['a', 'first\n  second\tthird  ']])).toBe('a    first second third\n');
  });
});

const survey = (changes: Partial<Survey>): Survey => ({
  name: parseName('web-1'),
  machine: { driver: 'generic' } as Machine,
  state: 'Running',
  url: 'tcp://192.0.2.7:2376',
  engineVersion: '28.2.2',
  error: '',
  responseMs: 1,
  ...changes,
});

describe('a row of ls', () => {
  it('has a star where DOCKER_HOST means the machine', () => {
    expect(surveyRow(survey({}), 'tcp://192.0.2.7:2376')).toEqual([
      ...['web-1', '*', 'generic', 'Running', 'tcp://192.0.2.7:2376', '', 'v28.2.2', ''],
    ]);
  });

  it('has no star for a machine that is off', () => {
    expect(isActive({ state: 'Stopped', url: '' }, '')).toBe(false);
  });

  it('is short for a machine that timed out', () => {
    expect(surveyRow(survey({ state: 'Timeout', url: '' }), undefined)).toEqual([
      ...['web-1', '', 'generic', 'Timeout', '', '', '', ''],
    ]);
  });

  it('says "not found" for a record without a driver that can be read', () => {
    const { machine: _machine, ...broken } = survey({ state: 'Error', url: '', error: 'broken' });

    expect(surveyRow(broken, undefined)).toEqual([...['web-1', '', 'not found', 'Error', '', '', '', 'broken']]);
  });
});

describe('filters', () => {
  const entry = (name: string, driver: string, labels: readonly string[] = []): { name: never; machine: Machine } => ({
    name: parseName(name) as never,
    machine: { driver, engine: { labels } } as unknown as Machine,
  });
  const entries = [entry('web-1', 'generic', ['role=web']), entry('db-1', 'none'), { name: parseName('bad') }];
  const pass = (...texts: string[]): string[] => filterByRecord(entries, parseFilters(texts)).map(({ name }) => name);

  it.each([
    [[], ['web-1', 'db-1', 'bad']],
    [['driver=none'], ['db-1']],
    [
      ['driver=none', 'driver=generic'],
      ['web-1', 'db-1'],
    ],
    [['name=-1$', 'driver=generic'], ['web-1']],
    [['name=bad'], ['bad']],
    [['label=ROLE=web'], ['web-1']],
    [['swarm=x'], []],
  ])('%j let pass %j', (texts, names) => {
    expect(pass(...texts)).toEqual(names);
  });

  it('of the state look at what was seen', () => {
    const surveys = [survey({}), survey({ name: parseName('off'), state: 'Stopped' })];

    expect(filterByState(surveys, parseFilters(['state=stopped'])).map(({ name }) => name)).toEqual(['off']);
  });

  it('are refused where they are no regular expression', async () => {
    const failure = await failureOf(() => parseFilters(['name=(']));

    expect(failure.message).toBe('option --filter name= wants a regular expression, got "("');
  });
});

describe('the names of new machines', () => {
  it('are those given, or counted', () => {
    expect(newNames(['a', 'b'], undefined)).toEqual(['a', 'b']);
    expect(newNames(['web'], 3)).toEqual(['web-1', 'web-2', 'web-3']);
  });

  it('are short enough for a host name', async () => {
    const failure = await failureOf(() => newNames(['x'.repeat(64)], undefined));

    expect(failure.message).toBe('the name of a new machine has at most 63 characters, got 64');
  });
});

describe('a machine on this computer', () => {
  const accelerated = { qemu: 'accelerated', hasImage: true, why: 'kvm works' } as const;
  const bare = { qemu: 'accelerated', hasImage: false, why: 'kvm works' } as const;
  const emulated = { qemu: 'emulated', hasImage: true, why: 'kvm does not work here' } as const;
  const absent = { qemu: 'absent', hasImage: false, why: 'QEMU is not installed' } as const;

  it.each([
    ['linux', 0, accelerated, { driver: 'qemu', why: 'kvm works' }],
    ['linux', 0, bare, { driver: 'nspawn', why: 'qemu has no image yet: berth os build' }],
    ['linux', 0, emulated, { driver: 'nspawn', why: 'kvm does not work here' }],
    ['linux', 0, absent, { driver: 'nspawn', why: 'QEMU is not installed' }],
    ['linux', 1000, emulated, { driver: 'qemu', why: 'another driver would need root on Linux' }],
    ['darwin', 501, bare, { driver: 'qemu', why: 'another driver would need root on Linux' }],
  ] as const)('is on %s for user %d, with QEMU %j: %j', (platform, userId, ability, choice) => {
    expect(localDriver({ platform, userId, ability: () => ability })).toEqual(choice);
  });

  it.each([
    ['linux', 1000],
    ['darwin', 0],
  ] as const)('is refused on %s for user %d without QEMU', async (platform, userId) => {
    const failure = await failureOf(() => localDriver({ platform, userId, ability: () => absent }));

    expect(failure.message).toBe('a machine on this computer needs QEMU, or root on Linux');
    expect(failure.suggestions).toEqual([
      'Install QEMU',
      'Run berth as root (sudo) on a Linux computer',
      'berth create -d generic --generic-ip-address ADDRESS NAME',
    ]);
  });
});

describe('the progress of a copy', () => {
  it('is one line that is drawn over until its file is done', () => {
    let text = '';
    const progress = copyProgress((more) => void (text += more), 80);

    progress('notes', 512, 2048);
    progress('notes', 2048, 2048);

    expect(text).toBe('\r\u001b[2Knotes 25% 512 B of 2.0 KiB\r\u001b[2Knotes 100% 2.0 KiB of 2.0 KiB\n');
  });

  it('has an end for an empty file', () => {
    let text = '';

    copyProgress((more) => void (text += more), 80)('empty', 0, 0);

    expect(text).toBe('\r\u001b[2Kempty 100% 0 B of 0 B\n');
  });
});
