import type { KeyObject } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { imageView, megabytes } from '../../cli/os-words.js';
import { MachineError } from '../../errors.js';
import type { Program } from '../../lifecycle/program.js';
import { imagePlaces } from '../../os/images.js';
import { pullImage } from '../../os/pull.js';
import { isPublicKeyText, parsePublicKey } from '../../os/signing-key.js';

export default class OsPull extends MachineCommand {
  static override summary = 'Download an image of the minimal OS that was built elsewhere.';
  static override description =
    'The URL is that of a folder as berth os build leaves it: kernel, initramfs, root.squashfs, loader.tar.gz, manifest.json, manifest.sig. All files are checked against the manifest, and the manifest against --key and --sha256; what fails is not kept. A download that was interrupted goes on where it ended.';
  static override examples = [
    '<%= config.bin %> os pull https://example.com/os/debian12-amd64-0123456789',
    '<%= config.bin %> os pull --key KEY http://mirror.example.com/debian12-amd64-0123456789',
  ];
  static override args = { url: Args.string({ ignoreStdin: true, description: "URL of the image's folder" }) };
  static override flags = {
    sha256: Flags.string({
      helpValue: '<sum>',
      description: 'checksum of its manifest.json; this or --key is needed where the URL is not https',
    }),
    key: Flags.string({
      helpValue: '<key>',
      description: 'public key that it has to be signed by, as os key prints it, or a file with it',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OsPull);
    if (args.url === undefined) throw new MachineError('BadUsage', 'no URL of an image of the OS given');
    const program = this.programFor(flags);
    const { report, signal, cacheFolder } = program;
    const [place] = imagePlaces(cacheFolder);
    const key = flags.key === undefined ? undefined : await keyOf(flags.key, program);
    const image = await pullImage({ url: args.url, sha256: flags.sha256, key, place, report, signal });
    const view = imageView(image);
    this.log(`${view.name} (${megabytes(view.bytes)}) is in ${view.folder}`);
    return view;
  }
}

/** The text itself, or what stands in the file that it names. */
async function keyOf(text: string, program: Program): Promise<KeyObject> {
  if (isPublicKeyText(text)) return parsePublicKey(text);
  const content = await program.readUserFile(text);
  if (content !== undefined) return parsePublicKey(content);
  throw new MachineError('KeyUnusable', 'option --key names no key and no file with one', {
    cause: new Error(`there is no ${text}`),
  });
}
