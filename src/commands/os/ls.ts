import { MachineCommand } from '../../cli/machine-command.js';
import { imageView, megabytes } from '../../cli/os-words.js';
import { renderTable } from '../../cli/table.js';
import { imagePlaces, listImages } from '../../os/images.js';

export default class OsLs extends MachineCommand {
  static override summary = 'List the images of the minimal OS on this computer, the newest first.';
  static override examples = ['<%= config.bin %> os ls'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(OsLs);
    const images = (await listImages(imagePlaces(this.programFor(flags).cacheFolder))).map(imageView);
    if (!this.jsonEnabled()) {
      const cells = images.map(({ name, engine, kernel, bytes, added }) => [
        name,
        engine,
        kernel,
        megabytes(bytes),
        added.slice(0, 10),
      ]);
      process.stdout.write(renderTable([['NAME', 'ENGINE', 'KERNEL', 'SIZE', 'ADDED'], ...cells]));
    }
    return images;
  }
}
