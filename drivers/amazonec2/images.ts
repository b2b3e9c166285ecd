import type { Image, InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { isFault } from '../../src/cloud/fault.js';
import { MachineError } from '../../src/errors.js';
import type { Ask } from './client.js';
import type { Ec2Options } from './options.js';

/** Canonical's accounts ("Find Ubuntu images on AWS", documentation.ubuntu.com/aws). */
const CANONICAL = { aws: '099720109477', china: '837727238323', government: '513442679011' } as const;
/** EC2's word for an architecture, and Canonical's in the names of its images. */
const ARCHITECTURES = { x86_64: 'amd64', arm64: 'arm64' } as const;
const UBUNTU = 'ubuntu/images/hvm-ssd*/ubuntu-noble-24.04-{arch}-server-*';

/** The image that the user names, or Canonical's of every architecture: which one is wanted, the type will say. */
export async function imagesFor({ ami, region }: Ec2Options, ask: Ask): Promise<readonly Image[]> {
  const names = Object.values(ARCHITECTURES).map((arch) => UBUNTU.replace('{arch}', arch));
  const request =
    ami === undefined
      ? {
          Owners: [canonicalIn(region)],
          Filters: [
            { Name: 'name', Values: names },
            { Name: 'state', Values: ['available'] },
            { Name: 'root-device-type', Values: ['ebs'] },
          ],
        }
      : { ImageIds: [ami] };
  const { Images: images = [] } = await existing({ what: 'image', name: ami ?? '', region }, () =>
    ask((ec2, how) => ec2.describeImages(request, how)),
  );
  return images;
}

/** What the user names by id or name; EC2 refuses the whole question when it is not there. @throws MachineError CheckFailed */
export async function existing<T>(
  { what, name, region }: { what: string; name: string; region: string },
  find: () => Promise<T>,
): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (!isFault(error, 'notFound', 'input')) throw error;
    throw new MachineError('CheckFailed', `there is no ${what} "${name}" in ${region}`, {
      suggestions: [`Check the name, and --amazonec2-region, which is ${region}`],
      cause: new Error(`${error.code}: ${error.message}`),
    });
  }
}

function canonicalIn(region: string): string {
  if (region.startsWith('cn-')) return CANONICAL.china;
  return region.startsWith('us-gov-') ? CANONICAL.government : CANONICAL.aws;
}

/** @throws MachineError CheckFailed when image, type and disk do not go together */
export function imageFor(
  { ami, region, 'device-name': device, 'root-size': sizeGib }: Ec2Options,
  { type, images, name }: { type: InstanceTypeInfo | undefined; images: readonly Image[]; name: string },
): { imageId: string; deviceName: string } {
  const architectures: readonly string[] = type?.ProcessorInfo?.SupportedArchitectures ?? [];
  const fitting = images
    .filter(({ Architecture: its = '' }) => architectures.length === 0 || architectures.includes(its))
    .sort((one, other) => (other.CreationDate ?? '').localeCompare(one.CreationDate ?? ''));
  const image = fitting[0];
  if (!image?.ImageId) throw noImage({ ami, region, name, architecture: images[0]?.Architecture });
  const root = image.BlockDeviceMappings?.find(({ DeviceName: one }) => one === image.RootDeviceName);
  const leastGib = root?.Ebs?.VolumeSize ?? 0;
  if (sizeGib < leastGib)
    throw new MachineError('BadOption', `option --amazonec2-root-size wants ${leastGib} or more, got "${sizeGib}"`);
  return { imageId: image.ImageId, deviceName: device ?? image.RootDeviceName ?? '/dev/sda1' };
}

interface Wanted {
  readonly ami: string | undefined;
  readonly region: string;
  readonly name: string;
  readonly architecture: string | undefined;
}

function noImage({ ami, region, name, architecture }: Wanted): MachineError {
  if (ami === undefined || architecture === undefined)
    return new MachineError('CheckFailed', `there is no image of Ubuntu 24.04 for ${name} in ${region}`, {
      suggestions: ['Name an image with --amazonec2-ami'],
    });
  return new MachineError('CheckFailed', `image "${ami}" is for ${architecture}, which ${name} is not`, {
    suggestions: ['Leave --amazonec2-ami out: berth finds the image for the type', 'Take another type or image'],
  });
}
