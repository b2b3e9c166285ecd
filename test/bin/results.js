import { existsSync, readFileSync } from 'node:fs';

/** What jest wrote, as counts. A file that did not load has no tests to count, so it counts as one failure itself. */
export function resultsIn(file, { code, groups }) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, groups: [] };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    groups: groups(report),
  };
}

/** One line for each group of skipped tests. A group that said why on stderr (`skipped: group: why`) is quoted. */
export function skippedGroups(report, stderr) {
  const counts = new Map();
  for (const { ancestorTitles, title, status } of report.testResults.flatMap((file) => file.assertionResults)) {
    if (status !== 'pending' && status !== 'todo') continue;
    const group = ancestorTitles.join(' › ') || title;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return [...counts].map(([group, count]) => `skipped ${count}: ${group}: ${reasonFor(group, stderr)}`);
}

function reasonFor(group, stderr) {
  const line = stderr.split('\n').find((one) => one.startsWith(`skipped: ${group.split(' › ')[0]}: `));
  return line?.slice(`skipped: ${group.split(' › ')[0]}: `.length) ?? 'a program that it needs is not installed';
}

export function sum(results) {
  const total = { passed: 0, failed: 0, skipped: 0, groups: [] };
  for (const { passed, failed, skipped, groups } of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.groups.push(...groups);
  }
  return total;
}

export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
