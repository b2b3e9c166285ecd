import { MachineError } from '../errors.js';
import type { Location } from './copy.js';
import type { Program } from './program.js';
import { refuseWithoutHost } from './refuse.js';
import { asOptions, sshProgramWords } from './ssh-program.js';

const NEEDED_FOR = 'mounts';

/**
 * Mounts a folder of a machine on one of this computer, over SSH. @throws MachineError BadUsage, NotSupported, ToolMissing, CommandFailed
 */
export async function mountFolder(from: Location, folder: string, program: Program): Promise<void> {
  if (from.kind === 'local')
    throw new MachineError('BadUsage', 'the folder to mount has to be on a machine: machine:path');
  const machine = await program.store.read(from.name);
  refuseWithoutHost(machine, 'it has no folders to mount', program);
  const { settings, user, host } = await sshProgramWords(machine, program);
  const source = `${from.user ?? user}@${host.includes(':') ? `[${host}]` : host}:${from.path}`;
  const words = [...asOptions(settings), source, folder];
  const exitCode = await program.runTool({ program: 'sshfs', words, neededFor: NEEDED_FOR });
  if (exitCode !== 0) throw new MachineError('CommandFailed', `sshfs could not mount ${from.path} of ${from.name}`);
}

/** @throws MachineError ToolMissing, CommandFailed */
export async function unmountFolder(folder: string, program: Program): Promise<void> {
  const call =
    process.platform === 'linux'
      ? ({ program: 'fusermount', words: ['-u', folder] } as const)
      : ({ program: 'umount', words: [folder] } as const);
  const exitCode = await program.runTool({ ...call, neededFor: NEEDED_FOR });
  if (exitCode !== 0) throw new MachineError('CommandFailed', `${call.program} could not unmount "${folder}"`);
}
