import { Args } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { imageView, megabytes } from '../../cli/os-words.js';
import { MachineError } from '../../errors.js';
import { findImage, imagePlaces } from '../../os/images.js';
import { inspectImage } from '../../os/inspect.js';

export default class OsInfo extends MachineCommand {
  static override summary = 'Show what an image of the minimal OS is made of, and whether it is whole.';
  static override examples = ['<%= config.bin %> os info debian12-amd64-0123456789'];
  static override args = { image: Args.string({ ignoreStdin: true, description: 'name of the image' }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OsInfo);
    if (args.image === undefined)
      throw new MachineError('BadUsage', 'no image of the OS named', { suggestions: ['berth os ls'] });
    const { store, cacheFolder } = this.programFor(flags);
    const image = await findImage(imagePlaces(cacheFolder), args.image);
    const state = await inspectImage(image, store.base);
    const view = imageView(image);
    const { files, inputs } = image.manifest;
    const lines = [
      ['Name', view.name],
      ['Folder', view.folder],
      ['Engine', view.engine],
      ['Kernel', view.kernel],
      ['Debian', `${inputs.suite}, ${Object.keys(inputs.packages).length} packages`],
      ['Signed', state.signed],
      ...Object.entries(files).map(([name, { sha256, bytes }]) => [
        name,
        `${state.changed.includes(name) ? 'CHANGED' : 'whole'}, ${megabytes(bytes)}, sha256 ${sha256}`,
      ]),
    ];
    if (!this.jsonEnabled())
      process.stdout.write(lines.map(([key = '', value = '']) => `${key.padEnd(15)}${value}\n`).join(''));
    return { ...view, ...state, files, inputs };
  }
}
