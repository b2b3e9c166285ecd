import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '../helpers/folder.js';

interface Results {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly groups: readonly string[];
}

interface Module {
  readonly resultsIn: (file: string, options: { code: number; groups: (report: unknown) => string[] }) => Results;
  readonly skippedGroups: (report: unknown, stderr: string) => string[];
  readonly sum: (results: readonly Results[]) => Results;
  readonly lastLine: (results: Results) => string;
}

const FILE = './results.js';
const { resultsIn, skippedGroups, sum, lastLine } = (await import(FILE)) as Module;
const noGroups = (): string[] => [];
const REPORT = {
  numPassedTests: 4,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

function resultsOf(report: Readonly<Record<string, unknown>>, code: number): Results {
  using folder = testFolder();
  const file = join(folder.path, 'results.json');
  writeFileSync(file, JSON.stringify(report));
  return resultsIn(file, { code, groups: noGroups });
}

describe('the counting of bin/test', () => {
  it('takes over what jest counted', () => {
    expect(resultsOf(REPORT, 1)).toEqual({ passed: 4, failed: 1, skipped: 2, groups: [] });
  });

  it('counts a file that does not load as a failure', () => {
    const report = { ...REPORT, numFailedTests: 0, numRuntimeErrorTestSuites: 2 };

    expect(resultsOf(report, 1)).toMatchObject({ failed: 2 });
  });

  it('counts a failure that jest does not count', () => {
    expect(resultsOf({ ...REPORT, numFailedTests: 0 }, 1)).toMatchObject({ failed: 1 });
  });

  it('counts a jest that wrote nothing as a failure', () => {
    expect(resultsIn('/nonexistent', { code: 137, groups: noGroups })).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      groups: [],
    });
  });

  it('names each skipped group once, with the reason that the group gave', () => {
    const skipped = (group: string, title: string) => ({ ancestorTitles: [group], title, status: 'pending' });
    const report = {
      testResults: [
        { assertionResults: [skipped('real hosts', 'one'), skipped('real hosts', 'two')] },
        { assertionResults: [skipped('emacs', 'three'), { ...skipped('fish', 'four'), status: 'passed' }] },
      ],
    };

    const groups = skippedGroups(report, 'skipped: real hosts: real hosts need root\n');

    expect(groups).toEqual([
      'skipped 2: real hosts: real hosts need root',
      'skipped 1: emacs: a program that it needs is not installed',
    ]);
  });

  it('ends with one line over all stages', () => {
    const stage = { passed: 2, failed: 0, skipped: 1, groups: ['a'] };

    const total = sum([stage, { ...stage, failed: 1, groups: ['b'] }]);

    expect(total.groups).toEqual(['a', 'b']);
    expect(lastLine(total)).toBe('4 passed, 1 failed, 2 skipped');
  });
});
