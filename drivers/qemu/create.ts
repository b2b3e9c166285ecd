import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { NewHost } from '../../src/driver.js';
import { thisComputer, type Computer } from './accelerator.js';
import { freePort, ownAddress } from './address.js';
import type { Context } from './boot.js';
import { ensureDisk } from './disk.js';
import { imageFor } from './image.js';
import type { Architecture, QemuMachine, QemuOptions } from './index.js';
import { machinesFolder, newFolder } from './place.js';
import { findTool } from './run.js';
import { writeSeed } from './seed.js';
import { parseForward, parseShare } from './settings.js';
import { bootsOf, furnish } from './system-files.js';

/** What sshd and the engine are reached at, where nothing else has the port: 22 is for root alone. */
const SSH_PORT = 2222;
const ENGINE_PORT = 2376;

/** The machine with all its files, not started yet; what an interrupted call has made stays as it is. */
export async function makeMachine(
  host: NewHost<QemuOptions>,
  context: Context,
  kept: QemuMachine | undefined,
): Promise<QemuMachine> {
  const resource = kept ?? (await newMachine(host, context));
  await context.keep(resource);
  const { folder, arch } = resource;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await bootsOf(folder)) === undefined) await furnish(folder, await imageFor(host.options, arch, context));
  await writeSeed(folder, host);
  const program = findTool('qemu-img', context.environment);
  await ensureDisk(folder, host.options['disk-size'], { program, signal: context.signal });
  return resource;
}

async function newMachine(host: NewHost<QemuOptions>, { environment, signal }: Context): Promise<QemuMachine> {
  const computer = thisComputer();
  const { options, name, id } = host;
  const address = ownAddress(id, computer.platform);
  return {
    folder: newFolder(machinesFolder(computer.platform, environment), host),
    hostname: name,
    arch: archOf(options, computer),
    accel: options.accel,
    memory: options.memory,
    cpus: options['cpu-count'] > 0 ? options['cpu-count'] : availableParallelism(),
    network: options.network,
    mac: macOf(id),
    address,
    sshPort: await freePort(address, SSH_PORT, signal),
    enginePort: await freePort(address, ENGINE_PORT, signal),
    forwards: options.forward.map((text) => parseForward(text, { address })),
    shares: options['share-folder'].map(parseShare),
    autostart: options.autostart,
  };
}

export function archOf({ arch }: Pick<QemuOptions, 'arch'>, computer: Computer): Architecture {
  return arch === 'host' ? computer.arch : arch;
}

/** Of the range that QEMU's own addresses are of, always the same for a machine. */
function macOf(id: string): string {
  const digits = createHash('sha256').update(id).digest('hex').slice(0, 6);
  return `52:54:00:${(digits.match(/../g) ?? []).join(':')}`;
}
