import { MachineCommand } from '../../cli/machine-command.js';
import { MachineError } from '../../errors.js';
import { findImage, imagePlaces, removeImage } from '../../os/images.js';

export default class OsRm extends MachineCommand {
  static override summary = 'Remove images of the minimal OS from this computer.';
  static override description = 'Machines were given copies of their own: they keep running, and start again.';
  static override examples = ['<%= config.bin %> os rm debian12-amd64-0123456789'];
  static override strict = false;

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(OsRm);
    const names = [...new Set(argv.map(String))];
    if (names.length === 0)
      throw new MachineError('BadUsage', 'no image of the OS named', { suggestions: ['berth os ls'] });
    const places = imagePlaces(this.programFor(flags).cacheFolder);
    const images = await Promise.all(names.map((name) => findImage(places, name)));
    for (const image of images) {
      await removeImage(image);
      this.log(`Successfully removed ${image.manifest.name}`);
    }
    return { removed: images.map(({ manifest }) => manifest.name) };
  }
}
