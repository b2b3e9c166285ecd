import { MachineError } from '../../src/errors.js';
import type { Systems } from '../../src/system.js';
import { boot, writeStart, type Context } from './boot.js';
import { inspectDisk } from './disk.js';
import { findImage } from './image.js';
import type { QemuMachine } from './index.js';
import { checkedFolder } from './place.js';
import { fileOf, monitorOf } from './process.js';
import { findTool } from './run.js';
import { bootsOf, keepSystem, placeSystem } from './system-files.js';

export const systems: Systems<QemuMachine> = {
  async place(resource, wish, context) {
    const folder = checkedFolder(resource);
    const own = wish === undefined ? {} : { own: fileOf(folder, 'systems') };
    const image = await findImage({ wish, arch: resource.arch, ...own }, context.environment);
    const from = (await bootsOf(folder))?.current ?? '';
    if (image.manifest.name !== from) {
      await refuseMemory(resource, context);
      await placeSystem(folder, image);
    }
    return { from, to: image.manifest.name };
  },
  async try(resource, image, context) {
    return boot(resource, context, { onTrial: image });
  },
  async keep(resource, image, context) {
    const folder = checkedFolder(resource);
    await keepSystem(folder, image);
    using monitor = await monitorOf(folder, context);
    // Its own reboots end QEMU no more.
    await monitor?.execute('set-action', { reboot: 'reset' });
    await writeStart(resource, context);
  },
};

/** The memory of a machine fits the OS alone that it has open. @throws MachineError BadUsage */
async function refuseMemory({ folder, hostname }: QemuMachine, { environment, signal }: Context): Promise<void> {
  const { snapshots } = await inspectDisk(folder, { program: findTool('qemu-img', environment), signal });
  const one = snapshots.find(({ running }) => running);
  if (one === undefined) return;
  throw new MachineError('BadUsage', `snapshot "${one.tag}" holds memory, which fits the OS alone that it has now`, {
    suggestions: [`berth snapshot rm ${hostname} ${one.tag}`],
  });
}
