import { MachineError } from '../errors.js';
import { archOf } from '../os/arch.js';
import type { Image } from '../os/contract.js';
import { findImage, imagePlaces, listImages } from '../os/images.js';
import { hasLoader, requireLoader } from '../os/loader.js';
import { unfit } from './refuse.js';

/** The newest image for this processor, or the one named; whole, and with a boot loader. @throws MachineError CheckFailed, NotSupported */
export async function imageFor(machine: string, wish: string | undefined, cacheFolder: string): Promise<Image> {
  const arch = archOf(machine);
  if (arch === undefined) throw unfit(`the OS is made for amd64 and arm64, and this server is of "${machine}"`);
  const places = imagePlaces(cacheFolder);
  const newest = async (): Promise<Image | undefined> =>
    (await listImages(places)).find((image) => image.manifest.arch === arch && hasLoader(image));
  const image = wish === undefined ? await newest() : await findImage(places, wish);
  if (image === undefined)
    throw new MachineError('CheckFailed', `there is no image of the OS for ${arch} with a boot loader here`, {
      suggestions: [`berth os build --arch ${arch}`],
    });
  const { name, arch: its } = image.manifest;
  if (its !== arch)
    throw new MachineError('CheckFailed', `image "${name}" is for ${its}, and the server is of ${arch}`, {
      suggestions: ['berth os ls', `berth os build --arch ${arch}`],
    });
  await requireLoader(image);
  return image;
}
