import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { parseLocation } from '../lifecycle/copy.js';
import { mountFolder, unmountFolder } from '../lifecycle/mount.js';

export default class Mount extends MachineCommand {
  static override summary = 'Mount a folder of a machine on this computer, with sshfs.';
  static override description = 'Without a mount point the folder has the same path here as on the machine.';
  static override examples = [
    '<%= config.bin %> mount web-1:/srv/site ./site',
    '<%= config.bin %> mount -u web-1:/srv/site ./site',
  ];
  static override args = {
    from: Args.string({ ignoreStdin: true, required: true, description: 'machine:path; a path alone is of "default"' }),
    folder: Args.string({ ignoreStdin: true, description: 'mount point on this computer' }),
  };
  static override flags = {
    unmount: Flags.boolean({ char: 'u', description: 'take the mount away again' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Mount);
    const program = this.programFor(flags);
    const from = parseLocation(args.from.includes(':') ? args.from : `default:${args.from}`);
    const folder = args.folder ?? from.path;
    await (flags.unmount ? unmountFolder(folder, program) : mountFolder(from, folder, program));
    return { from: args.from, folder };
  }
}
