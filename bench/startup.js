import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, table, timed } from './table.js';

const RUN = join(import.meta.dirname, '../bin/run.js');
const ROUNDS = 11;

/** Whole processes, in turn with bare Node, so that a slow moment of the computer hits both. */
export async function startup() {
  const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  const env = { ...process.env, HOME: home, DOCKER_CONFIG: join(home, 'docker'), SHELL: '/bin/bash' };
  const one = join(home, 'one');
  const sixty = join(home, 'sixty');
  try {
    await machines(one, 1, env);
    await machines(sixty, 60, env);
    const rows = [['command', 'median ms', 'bare node ms', 'ratio', 'above bare ms']];
    for (const [title, ...args] of [
      ['env', '-s', one, 'env', 'm1'],
      ['ip', '-s', one, 'ip', 'm1'],
      ['url', '-s', one, 'url', 'm1'],
      ['inspect', '-s', one, 'inspect', 'm1'],
      ['ls, 1 machine', '-s', one, 'ls'],
      ['ls, 60 machines', '-s', sixty, 'ls'],
      ['ls -q, 60 machines', '-s', sixty, 'ls', '-q'],
    ]) {
      rows.push([title, ...(await beside(args, env))]);
    }
    return table(`Start-up, Node ${process.version}, median of ${ROUNDS}`, rows);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function beside(args, env) {
  const [ours, bare] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push((await timed(process.execPath, ['-e', ''], env)).ms);
    ours.push((await timed(process.execPath, [RUN, ...args], env)).ms);
  }
  const [a, b] = [median(ours), median(bare)];
  return [a.toFixed(0), b.toFixed(0), (a / b).toFixed(2), (a - b).toFixed(0)];
}

/** Engines that refuse the connection at once: what is measured is berth, not somebody's answer. */
async function machines(store, count, env) {
  for (let number = 1; number <= count; number += 1) {
    const { code, output } = await timed(
      process.execPath,
      [RUN, '-s', store, 'create', '-d', 'none', '--url', 'tcp://127.0.0.1:1', `m${number}`],
      env,
    );
    if (code !== 0) throw new Error(output);
  }
}
