import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Driver } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { LOGIN_USER } from '../../src/os/contract.js';
import { chooseAccelerator, thisComputer } from './accelerator.js';
import { qemuProgram } from './arguments.js';
import { autostartOf, removeStartFile } from './autostart.js';
import { boot, type Context } from './boot.js';
import { archOf, makeMachine } from './create.js';
import { kill, stop, suspend } from './halt.js';
import { findImage } from './image.js';
import type { QemuMachine, QemuOptions } from './index.js';
import { checkedFolder, machinesFolder } from './place.js';
import { fileOf, stateOf, textOf, toldBy } from './process.js';
import { findTool } from './run.js';
import { resize, snapshots } from './snapshots.js';
import { checkShares } from './shares.js';
import { systems } from './systems.js';
import { checkOptions, parseShare } from './settings.js';
import { addressTold } from './told.js';

export const driver: Driver<QemuOptions, QemuMachine> = {
  async check({ options }, context) {
    const computer = thisComputer();
    checkOptions(options, computer.platform);
    checkShares(options['share-folder'].map(parseShare), context);
    machinesFolder(computer.platform, context.environment);
    const arch = archOf(options, computer);
    const program = findTool(qemuProgram(arch, computer.platform), context.environment);
    findTool('qemu-img', context.environment);
    if (options['image-url'] === undefined) await findImage({ wish: options.image, arch }, context.environment);
    const { accel, why } = await chooseAccelerator(options.accel, { program, arch, computer, signal: context.signal });
    if (why !== undefined)
      context.report.warn(`${accel === 'tcg' ? 'emulating the processor, which is slow' : accel}: ${why}`);
  },
  async create(host, context, kept) {
    const resource = await makeMachine(host, context, kept);
    return (await boot(resource, context)) ?? resource;
  },
  async state(resource, context) {
    return stateOf(checkedFolder(resource), context);
  },
  async target(resource) {
    const folder = checkedFolder(resource);
    const { address, sshPort, enginePort } = resource;
    if (resource.network === 'user') return { host: address, port: sshPort, user: LOGIN_USER, enginePort };
    return { host: addressTold(await toldBy(folder)), port: 22, user: LOGIN_USER };
  },
  async start(resource, context) {
    if (!existsSync(fileOf(checkedFolder(resource), 'disk')))
      throw new MachineError('DriverFailed', `the disk of ${resource.hostname} is gone`);
    return boot(resource, context);
  },
  stop,
  kill,
  suspend,
  snapshots,
  systems,
  resize,
  async remove(resource, context: Context) {
    const folder = checkedFolder(resource);
    if (!existsSync(folder)) return;
    await kill(resource, context);
    await removeStartFile(autostartOf(resource, context.environment));
    await rm(folder, { recursive: true, force: true });
  },
  async consoleTail(resource) {
    return textOf(fileOf(checkedFolder(resource), 'console'));
  },
};
