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
import { bootsOf, systemFiles } from './system-files.js';
import { failureTold, isReady } from './told.js';

export type Context = DriverContext<QemuMachine>;

/** An emulated processor on a busy computer needs a minute and a half. In milliseconds. */
const BOOT_WITHIN_MS = 300_000;

/** What else than its OS a machine is booted with. */
export interface BootWish {
  /** Another state of its disk to go on from. */
  readonly tag?: string;
  /** An image of the OS that is tried, this once. */
  readonly onTrial?: string;
}

/** Starts the machine, or goes on with one that was suspended or paused, until its sshd answers. */
export async function boot(
  resource: QemuMachine,
  context: Context,
  { tag, onTrial }: BootWish = {},
): Promise<QemuMachine> {
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
  const plan = await planOf(machine, { saved, from, onTrial }, context);
  if (from === undefined && onTrial === undefined) await writeStartOf(plan, context);
  using monitor = await launch(launchOf(plan), context);
  if (from !== undefined) await goOn(folder, { monitor, from }, context);
  else await context.report.step('Booting the machine', () => untilReady(folder, monitor, context));
  return machine;
}

/** Another program may have taken the port of SSH meanwhile; the engine's is told to clients, and stays. */
async function reachable(resource: QemuMachine, { signal }: Context): Promise<QemuMachine> {
  if (resource.network !== 'user') return resource;
  return { ...resource, sshPort: await freePort(resource.address, resource.sshPort, signal) };
}

/** What starts the machine by itself follows what it boots from now on. */
export async function writeStart(machine: QemuMachine, context: Context): Promise<void> {
  if (!machine.autostart) return;
  await writeStartOf(
    await planOf(machine, { saved: undefined, from: undefined, onTrial: undefined }, context),
    context,
  );
}

async function writeStartOf({ program, boot }: Plan, { environment }: Context): Promise<void> {
  const { machine } = boot;
  if (machine.autostart) await writeStartFile(autostartOf(machine, environment), [program, ...qemuArguments(boot)]);
}

interface Plan {
  readonly program: string;
  readonly boot: Boot;
}

interface Begin {
  readonly saved: Booted | undefined;
  readonly from: string | undefined;
  readonly onTrial: string | undefined;
}

async function planOf(machine: QemuMachine, { saved, from, onTrial }: Begin, context: Context): Promise<Plan> {
  const { signal, environment } = context;
  const computer = thisComputer();
  const { arch, folder } = machine;
  const program = findTool(qemuProgram(arch, computer.platform), environment);
  const booted = saved ?? {
    accel: (await chooseAccelerator(machine.accel, { program, arch, computer, signal })).accel,
    memory: machine.memory,
    cpus: machine.cpus,
    system: onTrial ?? (await bootsOf(folder))?.current ?? '',
  };
  await writeBooted(folder, booted);
  const boot: Boot = {
    platform: computer.platform,
    machine: { ...machine, memory: booted.memory, cpus: booted.cpus },
    accel: booted.accel,
    system: systemFiles(folder, booted.system),
    seed: await seedNames(folder),
    shareSockets: await serveShares(machine, context),
    ...(from !== undefined && { from }),
    ...(onTrial !== undefined && { onTrial: true }),
  };
  return { program, boot };
}

function launchOf({ program, boot }: Plan): Launch {
  const words = [...qemuArguments(boot), ...(boot.from === undefined ? [] : ['-S'])];
  return { program, words, folder: boot.machine.folder, goesOn: boot.from !== undefined };
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
