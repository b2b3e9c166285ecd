// Runs the stages named on the command line, or all, and sums them up. bin/test calls it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lastLine, resultsIn, skippedGroups, sum } from './results.js';
import { runNpm } from './npm.js';

const ROOT = resolve(import.meta.dirname, '../..');
const STAGES = { lint: runLint, unit: () => runJest('test'), e2e: () => runJest('test:e2e') };

const named = process.argv.slice(2);
const results = [];
for (const [stage, run] of Object.entries(STAGES)) {
  if (named.length > 0 && !named.includes(stage)) continue;
  process.stdout.write(`\n== ${stage}\n`);
  results.push(await run());
}
const total = sum(results);
process.stdout.write(`\n${total.groups.map((group) => `${group}\n`).join('')}${lastLine(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function runLint() {
  const { code } = await runNpm(ROOT, ['run', '--silent', 'lint']);
  return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0, groups: [] };
}

async function runJest(script) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-test-'));
  try {
    const file = join(folder, 'results.json');
    // A test that fails may leave a server open, which would keep jest from ending.
    const options = ['--json', `--outputFile=${file}`, '--forceExit'];
    const { code, stderr } = await runNpm(ROOT, ['run', '--silent', script, '--', ...options]);
    return resultsIn(file, { code, groups: (report) => skippedGroups(report, stderr) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
