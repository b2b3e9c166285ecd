import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Driver, DriverContext, MachineState, NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { ensureDisk } from './disk.js';
import type { NspawnMachine, NspawnOptions } from './index.js';
import { run } from '../../src/local-program.js';
import { parseSubnet } from './network.js';
import { hasEnded, initOf, isDiskInUse, livingProcess } from './process.js';
import { checkComputer } from './requirements.js';
import { ensureRoot } from './root.js';
import { hasUnits, MACHINES, runScripts, sweepScript } from './scripts.js';

type Context = DriverContext<NspawnMachine>;

const START_WITHIN_MS = 30_000;
/** An engine gives its containers 10 s each to end, some at a time, and systemd gives the engine 90. */
const STOP_WITHIN_MS = 120_000;
const KILL_WITHIN_MS = 5_000;
/** SIGRTMIN+4, "power off" to systemd (systemd(1)); glibc's SIGRTMIN is 34 on Linux. */
const SIGNAL_POWER_OFF = 34 + 4;

export const driver: Driver<NspawnOptions, NspawnMachine> = {
  async check({ options }) {
    parseSubnet(options.subnet);
    const odd = options.packages.find((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name));
    if (odd !== undefined)
      throw new MachineError('BadOption', `option --nspawn-packages wants a package name, got "${odd}"`);
    checkComputer();
  },
  async create(host, context, kept) {
    const { report, signal } = context;
    const root = kept && existsSync(kept.root) ? kept.root : await ensureRoot({ ...host.options, report, signal });
    const resource = kept ? { ...kept, root } : newMachine(host, root);
    await context.keep(resource);
    const folder = folderOf(resource);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await ensureDisk(folder, host, signal);
    await boot(resource, context);
    return resource;
  },
  async state(resource) {
    return stateOf(folderOf(resource));
  },
  async target(resource) {
    return { host: await lastAddress(folderOf(resource)), port: 22, user: 'root' };
  },
  async start(resource, context) {
    const folder = folderOf(resource);
    if (!existsSync(join(folder, 'disk.img')))
      throw new MachineError('DriverFailed', `the disk of ${resource.hostname} is gone`);
    await boot(resource, context);
  },
  async stop(resource, { signal }) {
    const init = initOf(folderOf(resource));
    if (init === undefined) return sweep(resource, signal);
    process.kill(init, SIGNAL_POWER_OFF);
    await untilEnded(resource, STOP_WITHIN_MS, signal);
  },
  async kill(resource, { signal }) {
    const init = initOf(folderOf(resource));
    if (init !== undefined) process.kill(init, 'SIGKILL');
    await untilEnded(resource, KILL_WITHIN_MS, signal).catch(() => {});
    await sweep(resource, signal);
  },
  async remove(resource, context) {
    if (!existsSync(folderOf(resource))) return;
    await driver.kill(resource, context);
    await untilDiskFree(folderOf(resource), context.signal);
    await rm(folderOf(resource), { recursive: true, force: true });
  },
};

function newMachine({ name, id, options }: NewHost<NspawnOptions>, root: string): NspawnMachine {
  return {
    machine: `${name.slice(0, 40)}-${id.slice(0, 8)}`,
    hostname: name,
    link: `berth${id.slice(0, 7)}`,
    subnet: options.subnet,
    root,
    memory: options.memory,
    cpus: options['cpu-count'],
  };
}

/** @throws MachineError StoreCorrupt for a handle that no driver made: this folder gets removed */
function folderOf({ machine }: NspawnMachine): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9.-]*$/.test(machine)) return join(MACHINES, machine);
  throw new MachineError('StoreCorrupt', `no machine can be named ${JSON.stringify(machine)}`);
}

function stateOf(folder: string): MachineState {
  if (livingProcess(folder, 'nspawn.pid') !== undefined) return 'running';
  if (livingProcess(folder, 'supervisor.pid') !== undefined) return 'starting';
  return existsSync(folder) ? 'stopped' : 'gone';
}

async function lastAddress(folder: string): Promise<string> {
  return (await readFile(join(folder, 'address'), 'utf8').catch(() => '')).trim();
}

/** Starts the supervisor, which outlives this program, and waits until the machine's own init runs. */
async function boot(resource: NspawnMachine, { report, signal }: Context): Promise<void> {
  const folder = folderOf(resource);
  if (stateOf(folder) === 'running') return;
  await sweep(resource, signal);
  const scripts = runScripts(resource, await lastAddress(folder));
  await rm(join(folder, 'supervisor.pid'), { force: true });
  await rm(join(folder, 'nspawn.pid'), { force: true });
  await writeFile(join(folder, 'supervise.sh'), scripts.supervise, { mode: 0o700 });
  await writeFile(join(folder, 'release.sh'), scripts.release, { mode: 0o700 });
  await report.step('Booting the machine', async () => {
    await supervise(resource, folder, signal);
    await untilBooting(folder, signal);
  });
}

async function supervise({ machine }: NspawnMachine, folder: string, signal: AbortSignal): Promise<void> {
  const script = join(folder, 'supervise.sh');
  const log = join(folder, 'boot.log');
  if (hasUnits()) {
    const properties = ['Delegate=yes', 'TasksMax=infinity', 'KillMode=mixed', 'TimeoutStopSec=60'];
    const outputs = ['StandardOutput', 'StandardError'].map((stream) => `${stream}=append:${log}`);
    const flags = [...properties, ...outputs].map((property) => `--property=${property}`);
    await writeFile(log, '');
    await run(
      ['systemd-run', '--quiet', '--collect', `--unit=berth-${machine}`, ...flags, 'sh', script],
      'start the machine as a service',
      signal,
    );
    return;
  }
  await using output = await open(log, 'w', 0o600);
  const child = spawn('sh', [script], { detached: true, stdio: ['ignore', output.fd, output.fd], cwd: '/' });
  child.unref();
}

async function untilBooting(folder: string, signal: AbortSignal): Promise<void> {
  await poll(
    async () => {
      if (initOf(folder) !== undefined) return true;
      if (hasEnded(folder, 'supervisor.pid')) {
        throw new MachineError('DriverFailed', 'the machine does not boot', {
          cause: new Error((await readFile(join(folder, 'boot.log'), 'utf8')).trim().slice(-2_000)),
        });
      }
      return undefined;
    },
    { what: 'the machine to boot', withinMs: START_WITHIN_MS, everyMs: 10, atMostEveryMs: 200, signal },
  );
}

async function untilEnded(resource: NspawnMachine, withinMs: number, signal: AbortSignal): Promise<void> {
  const folder = folderOf(resource);
  await poll(async () => (['stopped', 'gone'].includes(stateOf(folder)) ? true : undefined), {
    what: `${resource.hostname} to stop`,
    withinMs,
    everyMs: 10,
    atMostEveryMs: 200,
    signal,
    suggestions: [`berth kill ${resource.hostname}`],
  });
}

async function untilDiskFree(folder: string, signal: AbortSignal): Promise<void> {
  await poll(async () => (isDiskInUse(folder) ? undefined : true), {
    what: 'the kernel to let go of the disk',
    withinMs: KILL_WITHIN_MS,
    everyMs: 5,
    atMostEveryMs: 100,
    signal,
  });
}

/** Removes what a supervisor that was killed has left. */
async function sweep(resource: NspawnMachine, signal: AbortSignal): Promise<void> {
  await run(['sh', '-c', sweepScript(resource)], 'clear up after the machine', signal);
}
