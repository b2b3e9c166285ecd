import { Flags } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { imageView, megabytes, parseArch } from '../../cli/os-words.js';
import { buildImage } from '../../os/build.js';
import { imagePlaces } from '../../os/images.js';
import { signingKey } from '../../os/signing-key.js';

export default class OsBuild extends MachineCommand {
  static override summary = 'Build the minimal container host OS.';
  static override description =
    "Of Debian packages, from this computer's own package sources. The same packages give the same bytes.";
  static override examples = ['<%= config.bin %> os build', '<%= config.bin %> os build --arch arm64 --disk'];
  static override flags = {
    arch: Flags.string({ helpValue: 'amd64|arm64', description: "processor to build for; this computer's otherwise" }),
    disk: Flags.boolean({ description: 'make disk.img too, a disk that boots by itself (see os disk)' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(OsBuild);
    const arch = parseArch(flags.arch);
    const program = this.programFor(flags);
    const { report, signal, store, cacheFolder } = program;
    const [place] = imagePlaces(cacheFolder);
    const key = await signingKey(store.base);
    const path = this.environment['PATH'] ?? '';
    const image = await program.withTemporaryFolder((work) =>
      buildImage({ arch, place, key, disk: flags.disk, work, path, report, signal }),
    );
    const view = imageView(image);
    this.log(`${view.name} (${megabytes(view.bytes)}) is in ${view.folder}`);
    return view;
  }
}
