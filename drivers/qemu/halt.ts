import { existsSync } from 'node:fs';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import type { Context } from './boot.js';
import { changeSnapshot, inspectDisk } from './disk.js';
import type { QemuMachine } from './index.js';
import { checkedFolder } from './place.js';
import { fileOf, monitorOf, pidOf, stateOf, statusOf } from './process.js';
import { findTool } from './run.js';
import { deleteState, forgetSaved, hasState, markSaved, saveState, SUSPENDED } from './saved.js';

/** An engine gives its containers 10 s each to end; an emulated one needs longer for everything. In milliseconds. */
const STOP_WITHIN_MS = 120_000;
const KILL_WITHIN_MS = 10_000;

/** The power button. */
export async function stop(resource: QemuMachine, context: Context): Promise<void> {
  const folder = checkedFolder(resource);
  {
    using monitor = await monitorOf(folder, context);
    if (!monitor) return await refuseSaved(resource, context);
    if ((await statusOf(monitor)) === 'paused') await monitor.execute('cont');
    await monitor.execute('system_powerdown');
  }
  await untilEnded(resource, STOP_WITHIN_MS, context);
}

async function refuseSaved(resource: QemuMachine, context: Context): Promise<void> {
  if ((await stateOf(checkedFolder(resource), context)) !== 'saved') return;
  throw new MachineError('MachineNotRunning', `machine "${resource.hostname}" is suspended`, {
    suggestions: [`berth start ${resource.hostname}`, `berth kill ${resource.hostname}`],
  });
}

/** A power cut; what was suspended is cut off, too. */
export async function kill(resource: QemuMachine, context: Context): Promise<void> {
  const folder = checkedFolder(resource);
  await quit(folder, context);
  await untilEnded(resource, KILL_WITHIN_MS, context).catch(async () => {
    const pid = await pidOf(folder);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await untilEnded(resource, KILL_WITHIN_MS, context);
  });
  await dropSaved(folder, context);
}

/** What was suspended would stay in the disk for ever. */
async function dropSaved(folder: string, { signal, environment }: Context): Promise<void> {
  await forgetSaved(folder);
  if (!existsSync(fileOf(folder, 'disk'))) return;
  const tool = { program: findTool('qemu-img', environment), signal };
  const { snapshots } = await inspectDisk(folder, tool);
  if (snapshots.some(({ tag }) => tag === SUSPENDED))
    await changeSnapshot(folder, { verb: '-d', tag: SUSPENDED }, tool);
}

async function quit(folder: string, context: Context): Promise<void> {
  try {
    using monitor = await monitorOf(folder, context);
    await monitor?.executeLast('quit');
  } catch (error) {
    context.report.debug(`qemu does not quit when asked: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Memory, devices and disk are saved, then QEMU ends: nothing of the machine takes memory any more. */
export async function suspend(resource: QemuMachine, context: Context): Promise<void> {
  const folder = checkedFolder(resource);
  {
    using monitor = await monitorOf(folder, context);
    if (!monitor) throw new MachineError('MachineNotRunning', `machine "${resource.hostname}" does not run`);
    if (await hasState(monitor, SUSPENDED)) await deleteState(monitor, SUSPENDED, context);
    await monitor.execute('stop');
    try {
      await saveState(monitor, SUSPENDED, context);
    } catch (error) {
      await monitor.execute('cont');
      throw error;
    }
    await markSaved(folder);
    await monitor.executeLast('quit');
  }
  await untilEnded(resource, KILL_WITHIN_MS, context);
}

export async function untilEnded(resource: QemuMachine, withinMs: number, context: Context): Promise<void> {
  const folder = checkedFolder(resource);
  await poll(async () => (['stopped', 'saved', 'gone'].includes(await stateOf(folder, context)) ? true : undefined), {
    what: `${resource.hostname} to stop`,
    withinMs,
    everyMs: 10,
    atMostEveryMs: 200,
    signal: context.signal,
    suggestions: [`berth kill ${resource.hostname}`],
  });
}
