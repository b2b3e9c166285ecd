import type { MachineState } from '../driver.js';
import type { EngineVersion } from '../engine/ping.js';
import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { poll } from '../poll.js';
import type { Json, Machine } from '../record.js';
import { setClock } from './clock.js';
import { callOf, waitForState, type DriverCall } from './driver-call.js';
import { keepEntrances } from './entrances.js';
import { isRenaming, settleName } from './former-name.js';
import { locked } from './locked.js';
import type { Program } from './program.js';
import { connectTo, makesHosts } from './host-connection.js';
import { provisionMachine } from './provision.js';
import { waitForEngine } from './reach.js';

/** After a boot the engine starts with all its containers. */
const BOOT_WITHIN_MS = 120_000;

/** @throws MachineError MachineAlreadyInState, and what the driver throws */
export function startMachine(name: MachineName, program: Program): Promise<Machine> {
  return locked(name, program, async (machine) => {
    const call = await callOf(machine, program);
    const state = await call.driver.state(call.resource, call.context);
    if (state === 'running') throw alreadyInState(name, 'running');
    return startLocked(machine, { call, state }, program);
  });
}

/** For whoever holds the machine's lock and knows its state. */
export async function startLocked(
  machine: Machine,
  { call, state }: { readonly call: DriverCall; readonly state: MachineState },
  program: Program,
): Promise<Machine> {
  const started = await boot(machine, call, program);
  if (state === 'saved' || state === 'paused') await setClock(started, program);
  return started;
}

export function stopMachine(name: MachineName, program: Program): Promise<Machine> {
  return halt(name, program, { title: 'Stopping', verb: (call) => call.driver.stop(call.resource, call.context) });
}

/** A power cut. */
export function killMachine(name: MachineName, program: Program): Promise<Machine> {
  return halt(name, program, { title: 'Killing', verb: (call) => call.driver.kill(call.resource, call.context) });
}

/** Stops and starts; a host that has no such verbs is told over SSH to reboot. */
export function restartMachine(name: MachineName, program: Program): Promise<Machine> {
  return locked(name, program, async (machine) => {
    const call = await callOf(machine, program);
    if (!call.spec.features.ssh) throw new MachineError('NotSupported', 'hosts without a driver cannot be restarted');
    if (!call.spec.features.powers) return reboot(machine, program);
    if ((await call.driver.state(call.resource, call.context)) !== 'stopped') {
      await program.report.step('Stopping the machine', () => call.driver.stop(call.resource, call.context));
    }
    return boot(machine, call, program);
  });
}

interface Halt {
  readonly title: string;
  readonly verb: (call: DriverCall) => Promise<void>;
}

function halt(name: MachineName, program: Program, { title, verb }: Halt): Promise<Machine> {
  return locked(name, program, async (machine) => {
    const call = await callOf(machine, program);
    if (call.spec.features.powers && (await call.driver.state(call.resource, call.context)) === 'stopped')
      throw alreadyInState(name, 'stopped');
    await program.report.step(`${title} the machine`, () => verb(call));
    await waitForState(call.driver, call.resource, { wanted: 'stopped', name, context: call.context });
    return machine;
  });
}

/** Starts the machine; where it comes back under another address, record and certificates follow. */
async function boot(
  machine: Machine,
  { spec, driver, resource, context }: DriverCall,
  program: Program,
): Promise<Machine> {
  const { store, report } = program;
  const started: Json = (await report.step('Starting the machine', () => driver.start(resource, context))) ?? resource;
  await waitForState(driver, started, { wanted: 'running', name: machine.name, context });
  const { host: address, port, user } = await driver.target(started, context);
  const running: Machine = { ...machine, resource: started, address, ssh: { ...machine.ssh, port, user } };
  await store.write(running);
  if (running.phase === 'ready')
    await followAddress(running, { changed: address !== machine.address, setHostname: makesHosts(spec) }, program);
  return running;
}

async function followAddress(
  machine: Machine,
  { changed, setHostname }: { changed: boolean; setHostname: boolean },
  program: Program,
): Promise<void> {
  if (changed) program.report.info(`its address is now ${machine.address}`);
  if (changed || isRenaming(machine)) {
    await provisionMachine(machine, { renew: false, setHostname }, program);
    await settleName(machine, program);
    return;
  }
  await program.report.step('Waiting for the engine', () => waitForEngine(machine, program, BOOT_WITHIN_MS));
  await keepEntrances(machine, program);
}

/** The engine answered before the reboot too, so the end of the old boot has to be seen first. */
async function reboot(machine: Machine, program: Program): Promise<Machine> {
  const { report, signal } = program;
  await report.step('Restarting the machine', async () => {
    await using host = await connectTo(machine, program, { retry: false });
    const bootId = await host.run(['cat', '/proc/sys/kernel/random/boot_id'], { signal });
    // The connection may end before the answer comes: that is what was asked for.
    await host
      .run(['sh', '-c', '(sleep 0.2; reboot) >/dev/null 2>&1 &'], { sudo: true, signal })
      .catch((error: unknown) => {
        if (!isMachineError(error, 'HostUnreachable')) throw error;
      });
    await waitForNewBoot(machine, bootId.stdout, program);
  });
  await report.step('Waiting for the engine', (): Promise<EngineVersion> =>
    waitForEngine(machine, program, BOOT_WITHIN_MS),
  );
  return machine;
}

async function waitForNewBoot(machine: Machine, oldBootId: string, program: Program): Promise<void> {
  await poll(
    async (signal) => {
      try {
        await using host = await connectTo(machine, program, { retry: false });
        const { stdout } = await host.run(['cat', '/proc/sys/kernel/random/boot_id'], { signal, timeoutMs: 10_000 });
        return stdout === oldBootId ? undefined : true;
      } catch (error) {
        if (
          isMachineError(error, 'HostUnreachable') ||
          isMachineError(error, 'LoginRefused') ||
          isMachineError(error, 'TimedOut')
        )
          return undefined;
        throw error;
      }
    },
    {
      what: `${machine.name} to boot again`,
      withinMs: BOOT_WITHIN_MS * 2,
      everyMs: 500,
      atMostEveryMs: 2_000,
      signal: program.signal,
    },
  );
}

export function alreadyInState(name: MachineName, state: 'running' | 'stopped' | 'suspended'): MachineError {
  return new MachineError('MachineAlreadyInState', `machine "${name}" is already ${state}`);
}
