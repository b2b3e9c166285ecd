import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootHosts, counter, reset, restartMs } from './hosts.js';
import { median, table, timed } from './table.js';

const RUN = join(import.meta.dirname, '../bin/run.js');
const PEAK = join(import.meta.dirname, 'peak.js');
const SLOW_LINE = join(import.meta.dirname, '../test/e2e/support/slow-line.pl');
const MACHINES = 5;
const HEADER = [
  'machines',
  'processes',
  'RTT ms',
  'create s',
  'bare restarts at once s',
  'above them s',
  'less 4 RTT s',
  'logins each',
  'exchanges each',
  'peak MB of a process',
  'CPU s each',
  'bare node ms',
];

/** `create` with the driver generic on servers whose engine runs already; every round begins with a fresh store. */
export async function creates({ rounds }) {
  if (process.platform !== 'linux' || process.getuid() !== 0) return '\ncreate: not measured, it needs root on Linux\n';
  const { hosts, remove } = await bootHosts(MACHINES);
  try {
    const rows = [];
    for (const rttMs of [0, 100]) {
      rows.push(await measure([hosts.slice(0, 1)], { rttMs, rounds }));
      // As scripts for docker-machine do it, and as berth does it in one command.
      rows.push(
        await measure(
          hosts.map((host) => [host]),
          { rttMs, rounds },
        ),
      );
      rows.push(await measure([hosts], { rttMs, rounds }));
    }
    return table(`create on ready hosts, median of ${rounds}, the worst of logins, exchanges and memory`, [
      HEADER,
      ...rows,
    ]);
  } finally {
    await remove();
  }
}

/** `commands`: the hosts of each process. */
async function measure(commands, { rttMs, rounds }) {
  const hosts = commands.flat();
  const results = [];
  for (let round = 0; round < rounds; round += 1) results.push(await once(commands, rttMs));
  const middle = (key) => median(results.map((result) => result[key]));
  const worst = (key) => Math.max(...results.map((result) => result[key]));
  const above = median(results.map(({ createMs, engineMs }) => createMs - engineMs));
  return [
    hosts.length,
    commands.length,
    rttMs,
    seconds(middle('createMs')),
    seconds(middle('engineMs')),
    seconds(above),
    seconds(above - 4 * rttMs),
    worst('logins'),
    worst('exchanges'),
    worst('peakMb').toFixed(0),
    seconds(middle('cpuMs')),
    middle('bareMs').toFixed(0),
  ];
}

/** All machines at once, into one store. */
async function once(commands, rttMs) {
  const hosts = commands.flat();
  const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  try {
    await Promise.all(hosts.map(reset));
    const counters = await Promise.all(hosts.map(counter));
    const bareMs = (await timed(process.execPath, ['-e', ''])).ms;
    const began = performance.now();
    const used = await Promise.all(commands.map((some) => create(some, home, rttMs)));
    const createMs = performance.now() - began;
    const seen = await Promise.all(counters.map((count) => count()));
    const engineMs = Math.max(...(await Promise.all(hosts.map(restartMs))));
    return {
      createMs,
      engineMs,
      bareMs,
      peakMb: Math.max(...used.map(({ peakKb }) => peakKb)) / 1024,
      cpuMs: used.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / hosts.length,
      logins: Math.max(...seen.map(({ logins }) => logins)),
      exchanges: Math.max(...seen.map(({ sessions }) => sessions)),
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Resolves to what the process has used. */
async function create(hosts, home, rttMs) {
  const [{ name, keyPath }] = hosts;
  const peakFile = join(home, `${name}.peak`);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    MACHINE_STORAGE_PATH: join(home, 'store'),
    DOCKER_CONFIG: join(home, 'docker'),
    NODE_OPTIONS: `--import=${PEAK}`,
    BERTH_BENCH_PEAK: peakFile,
  };
  const addresses = hosts.map(({ address }) => address).join(',');
  const options = ['-d', 'generic', '--generic-ip-address', addresses, '--generic-ssh-key', keyPath];
  const words = [process.execPath, RUN, 'create', ...options, ...hosts.map(({ name }) => name)];
  const [program, ...args] = rttMs === 0 ? words : ['perl', SLOW_LINE, String(rttMs), '0', ...words];
  const { code, output } = await timed(program, args, env);
  if (code !== 0) throw new Error(`create of ${name} exited with ${code}\n${output}`);
  return JSON.parse(readFileSync(peakFile, 'utf8'));
}

function seconds(ms) {
  return (ms / 1000).toFixed(2);
}
