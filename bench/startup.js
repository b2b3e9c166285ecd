import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeOf, versionFor } from '../bin/executable/node.js';
import { median, table, timed } from './table.js';

const ROOT = join(import.meta.dirname, '..');
const RUN = join(ROOT, 'bin/run.js');
const ROUNDS = 21;

/** What `ls` does at an engine that refuses, without berth. */
const REFUSED = "require('node:net').connect(1, '127.0.0.1').on('error', () => {})";

/**
 * Whole processes: the npm form and the executable in turn with bare Node of the executable's version, so that a slow moment of
 * the computer hits all. Processor time is what a busy computer disturbs least. Node and executable are copied in the same way:
 * how a file was written decides how it lies in the page cache, and that how fast it starts, by up to an eighth.
 */
export async function startup() {
  const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  const env = { ...process.env, HOME: home, DOCKER_CONFIG: join(home, 'docker'), SHELL: '/bin/bash' };
  const [none, one, sixty, built] = ['none', 'one', 'sixty', 'built'].map((name) => join(home, name));
  try {
    const platform = `${process.platform}-${process.arch}`;
    await timed(process.execPath, [join(ROOT, 'bin/executable.js'), '--out', built], process.env);
    const [node, executable] = ['node', 'berth'].map((name) => join(home, name));
    copyFileSync(nodeOf(platform, versionFor(platform), ROOT), node);
    copyFileSync(built, executable);
    await machines(one, 1, env);
    await machines(sixty, 60, env);
    const forms = [[node, '-e', ''], [node, RUN], [executable]];
    const rows = [
      ['command', 'bare node ms', 'npm form', 'ratio', 'one file', 'ratio', 'CPU ms', 'npm form', 'one file'],
    ];
    for (const [title, ...args] of [
      ['env', '-s', one, 'env', 'm1'],
      ['ip', '-s', one, 'ip', 'm1'],
      ['url', '-s', one, 'url', 'm1'],
      ['inspect', '-s', one, 'inspect', 'm1'],
      ['ls, no machine', '-s', none, 'ls'],
      ['ls, 1 machine', '-s', one, 'ls'],
      ['ls, 60 machines', '-s', sixty, 'ls'],
      ['ls -q, 60 machines', '-s', sixty, 'ls', '-q'],
      ['completion', '__complete', 'ip', 'm'],
    ]) {
      rows.push([title, ...beside(forms, args, { ...env, MACHINE_STORAGE_PATH: one })]);
    }
    const [bare] = forms;
    const [, , refused] = beside([bare, [node, '-e', REFUSED], bare], [], env);
    const sizes = `${sizeOfFile(executable)} MB in one file, of which ${sizeOfFile(node)} are Node; ${sizeOfPackage()}`;
    const what = `Start-up beside bare Node ${versionFor(platform)}, which takes ${refused} with one connection that is refused`;
    return table(`${what}; median of ${ROUNDS}; ${sizes}`, rows);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Ratios are medians of those within a round: a computer that changes its pace does so for all of a round alike. */
function beside(forms, args, env) {
  const rounds = Array.from({ length: ROUNDS }, () =>
    forms.map((words) => spent(words[1] === '-e' ? words : [...words, ...args], env)),
  );
  const of = (key, form) => median(rounds.map((runs) => runs[form][key])).toFixed(0);
  const ratio = (key, form) => median(rounds.map((runs) => runs[form][key] / runs[0][key])).toFixed(2);
  return [
    ...[of('wallMs', 0), of('wallMs', 1), ratio('wallMs', 1), of('wallMs', 2), ratio('wallMs', 2)],
    ...[of('cpuMs', 0), ratio('cpuMs', 1), ratio('cpuMs', 2)],
  ];
}

/** Its wall time and, of another run, the processor time that bash tells to the millisecond. */
function spent(words, env) {
  const began = performance.now();
  spawnSync(words[0], words.slice(1), { env, stdio: 'ignore' });
  const wallMs = performance.now() - began;
  const line = 'TIMEFORMAT="%U %S"; exec 3>&2; { time "$@" >/dev/null 2>&1; } 2>&3';
  const { stderr } = spawnSync('bash', ['-c', line, 'bash', ...words], { env, encoding: 'utf8' });
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { wallMs, cpuMs: (user + system) * 1000 };
}

function sizeOfFile(path) {
  return (statSync(path).size / 1e6).toFixed(0);
}

/** Of the npm form alone; what npm installs beside it are the packages of package.json. */
function sizeOfPackage() {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json'], { cwd: ROOT, encoding: 'utf8' });
  const [{ size, unpackedSize }] = JSON.parse(stdout);
  return `${(size / 1e6).toFixed(1)} MB as npm sends it, ${(unpackedSize / 1e6).toFixed(1)} unpacked`;
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
