import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { chooseAccelerator, thisComputer } from './accelerator.js';
import { freePort } from './address.js';
import { qemuArguments, qemuProgram, type Boot } from './arguments.js';
import { autostartOf, writeStartFile } from './autostart.js';
import type { QemuMachine } from './index.js';
import { checkedFolder } from './place.js';
import { fileOf, launch, monitorOf, statusOf, textOf, toldBy, type Launch } from './process.js';
import type { Qmp } from './qmp.js';
import { findTool } from './run.js';
import { deleteState, forgetSaved, savedOf, SUSPENDED, writeBooted, type Booted } from './saved.js';
import { seedNames } from './seed.js';
import { serveShares } from './shares.js';
import { failureTold, isReady } from './told.js';

export type Context = DriverContext<QemuMachine>;

/** An emulated processor on a busy computer needs a minute and a half. In milliseconds. */
const BOOT_WITHIN_MS = 300_000;

/**
 * Starts the machine, or goes on with one that was suspended or paused, until its sshd answers; `tag` names another state of
 * its disk to go on from.
 */
export async function boot(resource: QemuMachine, context: Context, tag?: string): Promise<QemuMachine> {
  const folder = checkedFolder(resource);
  using running = await monitorOf(folder, context);
  if (running) {
    if ((await statusOf(running)) === 'paused') await running.execute('cont');
    await untilReady(folder, running, context);
    return resource;
  }
  const saved = await savedOf(folder);
  const machine = await reachable(resource, context);
  const from = tag ?? (saved && SUSPENDED);
  const plan = await planOf(machine, { saved, from }, context);
  if (machine.autostart && from === undefined)
    await writeStartFile(autostartOf(machine, context.environment), [plan.program, ...plan.words]);
  using monitor = await launch(plan, context);
  if (from !== undefined) await goOn(folder, { monitor, from }, context);
  else await context.report.step('Booting the machine', () => untilReady(folder, monitor, context));
  return machine;
}

/** Another program may have taken the port of SSH meanwhile; the engine's is told to clients, and stays. */
async function reachable(resource: QemuMachine, { signal }: Context): Promise<QemuMachine> {
  if (resource.network !== 'user') return resource;
  return { ...resource, sshPort: await freePort(resource.address, resource.sshPort, signal) };
}

async function planOf(
  machine: QemuMachine,
  { saved, from }: { readonly saved: Booted | undefined; readonly from: string | undefined },
  context: Context,
): Promise<Launch> {
  const { signal, environment } = context;
  const computer = thisComputer();
  const { arch, folder } = machine;
  const program = findTool(qemuProgram(arch, computer.platform), environment);
  const booted = saved ?? {
    accel: (await chooseAccelerator(machine.accel, { program, arch, computer, signal })).accel,
    memory: machine.memory,
    cpus: machine.cpus,
  };
  await writeBooted(folder, booted);
  const plan: Boot = {
    platform: computer.platform,
    machine: { ...machine, memory: booted.memory, cpus: booted.cpus },
    accel: booted.accel,
    seed: await seedNames(folder),
    shareSockets: await serveShares(machine, context),
    ...(from !== undefined && { from }),
  };
  return {
    program,
    words: [...qemuArguments(plan), ...(from === undefined ? [] : ['-S'])],
    folder,
    goesOn: from !== undefined,
  };
}

/** The disk is as it was when the state was saved until the processor runs: from then on the two belong together no more. */
async function goOn(
  folder: string,
  { monitor, from }: { readonly monitor: Qmp; readonly from: string },
  context: Context,
): Promise<void> {
  await forgetSaved(folder);
  await monitor.execute('cont');
  if (from === SUSPENDED) await deleteState(monitor, SUSPENDED, context);
}

/** The machine itself says when its sshd listens: nobody has to ask for it over the network. */
async function untilReady(folder: string, monitor: Qmp, { signal }: Context): Promise<void> {
  await poll(
    async () => {
      const told = await toldBy(folder);
      if (isReady(told)) return true;
      if (failureTold(told) !== undefined)
        throw new MachineError('DriverFailed', 'the machine cannot complete its boot', {
          cause: new Error(failureTold(told)),
        });
      if (!monitor.hasEnded) return undefined;
      throw new MachineError('DriverFailed', 'the machine does not boot', {
        cause: new Error(`${await textOf(fileOf(folder, 'console'))}\n${await textOf(fileOf(folder, 'log'))}`.trim()),
      });
    },
    {
      what: 'the machine to boot',
      withinMs: BOOT_WITHIN_MS,
      everyMs: 10,
      atMostEveryMs: 100,
      signal,
      lastWords: () => new Error(`its console: ${fileOf(folder, 'console')}`),
    },
  );
}
