import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { imageView, megabytes } from '../../cli/os-words.js';
import { MachineError } from '../../errors.js';
import { imagePlaces } from '../../os/images.js';
import { pullImage } from '../../os/pull.js';

export default class OsPull extends MachineCommand {
  static override summary = 'Download an image of the minimal OS that was built elsewhere.';
  static override description =
    'The URL is that of a folder as berth os build leaves it: kernel, initramfs, root.squashfs, manifest.json. All files are checked against the manifest, and the manifest against --sha256. A download that was interrupted goes on where it ended.';
  static override examples = [
    '<%= config.bin %> os pull https://example.com/os/debian12-amd64-0123456789',
    '<%= config.bin %> os pull --sha256 SUM http://mirror.example.com/debian12-amd64-0123456789',
  ];
  static override args = { url: Args.string({ ignoreStdin: true, description: "URL of the image's folder" }) };
  static override flags = {
    sha256: Flags.string({
      helpValue: '<sum>',
      description: 'checksum of its manifest.json; needed where the URL is not https',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OsPull);
    if (args.url === undefined) throw new MachineError('BadUsage', 'no URL of an image of the OS given');
    const { report, signal, cacheFolder } = this.programFor(flags);
    const [place] = imagePlaces(cacheFolder);
    const image = await pullImage({ url: args.url, sha256: flags.sha256, place, report, signal });
    const view = imageView(image);
    this.log(`${view.name} (${megabytes(view.bytes)}) is in ${view.folder}`);
    return view;
  }
}
