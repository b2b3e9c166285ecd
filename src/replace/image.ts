import { MachineError } from '../errors.js';
import { LOADER, type Arch, type Image } from '../os/contract.js';
import { findImage, imagePlaces, listImages } from '../os/images.js';
import { changedFiles } from '../os/manifest.js';
import { unfit } from './refuse.js';

const ARCHES: Readonly<Record<string, Arch>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** The newest image for this processor, or the one named; whole, and with a boot loader. @throws MachineError CheckFailed */
export async function imageFor(machine: string, wish: string | undefined, cacheFolder: string): Promise<Image> {
  const arch = ARCHES[machine];
  if (arch === undefined) throw unfit(`the OS is made for amd64 and arm64, and this server is of "${machine}"`);
  const places = imagePlaces(cacheFolder);
  const newest = async (): Promise<Image | undefined> =>
    (await listImages(places)).find((image) => image.manifest.arch === arch && hasLoader(image));
  const image = wish === undefined ? await newest() : await findImage(places, wish);
  if (image === undefined)
    throw new MachineError('CheckFailed', `there is no image of the OS for ${arch} with a boot loader here`, {
      suggestions: [`berth os build --arch ${arch}`],
    });
  await refuseUnfit(image, arch);
  return image;
}

function hasLoader({ manifest }: Image): boolean {
  return LOADER in manifest.files;
}

async function refuseUnfit(image: Image, arch: Arch): Promise<void> {
  const { manifest, folder } = image;
  const refuse = (fact: string): MachineError =>
    new MachineError('CheckFailed', `image "${manifest.name}" ${fact}`, {
      suggestions: ['berth os ls', 'berth os build'],
    });
  if (manifest.arch !== arch) throw refuse(`is for ${manifest.arch}, and the server is of ${arch}`);
  if (!hasLoader(image)) throw refuse('has no boot loader: it was made before images had one');
  const [changed] = await changedFiles(folder, manifest);
  if (changed !== undefined) throw refuse(`is not whole: its ${changed} was changed`);
}
