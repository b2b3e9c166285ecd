import type { Size, Snapshots } from '../../src/snapshot.js';
import { boot, type Context } from './boot.js';
import { changeSnapshot, growDisk, inspectDisk, type DiskTool } from './disk.js';
import { untilEnded } from './halt.js';
import type { QemuMachine } from './index.js';
import { checkedFolder } from './place.js';
import { monitorOf } from './process.js';
import { findTool } from './run.js';
import { deleteState, forgetSaved, loadState, saveState, SUSPENDED } from './saved.js';

export const snapshots: Snapshots<QemuMachine> = {
  async list(resource, context) {
    const disk = await inspectDisk(checkedFolder(resource), toolOf(context));
    return disk.snapshots.filter(({ tag }) => tag !== SUSPENDED);
  },
  async make(resource, tag, context) {
    const folder = checkedFolder(resource);
    using monitor = await monitorOf(folder, context);
    if (!monitor) return await changeSnapshot(folder, { verb: '-c', tag }, toolOf(context));
    await monitor.execute('stop');
    try {
      await saveState(monitor, tag, context);
    } finally {
      await monitor.execute('cont');
    }
  },
  async restore(resource, tag, context) {
    const folder = checkedFolder(resource);
    const { snapshots: known } = await inspectDisk(folder, toolOf(context));
    const ran = known.find((one) => one.tag === tag)?.running === true;
    using monitor = await monitorOf(folder, context);
    if (monitor && ran) {
      await monitor.execute('stop');
      await loadState(monitor, tag, context);
      return void (await monitor.execute('cont'));
    }
    if (monitor) await monitor.executeLast('quit');
    await untilEnded(resource, QUIT_WITHIN_MS, context);
    await forgetSaved(folder);
    if (ran) return await boot(resource, context, { tag });
    await changeSnapshot(folder, { verb: '-a', tag }, toolOf(context));
  },
  async remove(resource, tag, context) {
    const folder = checkedFolder(resource);
    using monitor = await monitorOf(folder, context);
    if (monitor) return await deleteState(monitor, tag, context);
    await changeSnapshot(folder, { verb: '-d', tag }, toolOf(context));
  },
};

/** In milliseconds. */
const QUIT_WITHIN_MS = 10_000;

/** Of a machine that stands still. */
export async function resize(
  resource: QemuMachine,
  { memory = resource.memory, cpus = resource.cpus, disk }: Size,
  context: Context,
): Promise<QemuMachine> {
  if (disk !== undefined) await growDisk(checkedFolder(resource), disk, toolOf(context));
  return { ...resource, memory, cpus };
}

function toolOf({ environment, signal }: Context): DiskTool {
  return { program: findTool('qemu-img', environment), signal };
}
