import { number, text, type Found } from '../../src/cloud/found.js';
import { MachineError } from '../../src/errors.js';
import { segment, type Api } from './client.js';
import { architectureOf } from './flavors.js';
import type { OpenstackOptions } from './options.js';
import { idOf, nameOf } from './values.js';

/** What the options name, or all that may be the default one. @throws MachineError CheckFailed */
export async function imagesFor(options: OpenstackOptions, api: Api): Promise<readonly Found[]> {
  const { 'image-id': id, 'image-name': name } = options;
  if (id) {
    const found = await api.find('image', `/images/${segment(id)}`);
    if (found) return [found];
    throw absent(id, []);
  }
  const query = { status: 'active', sort_key: 'created_at', sort_dir: 'desc' };
  if (!name) return api.list('image', '/images', { ...query, limit: 200 });
  const named = await api.list('image', '/images', { ...query, name });
  if (named.length > 0) return named;
  throw absent(name, await api.list('image', '/images', { ...query, limit: 200 }));
}

/** The image for the flavor: that which is named, or the newest Ubuntu 24.04. @throws MachineError CheckFailed */
export function imageFor(images: readonly Found[], flavor: Found, options: OpenstackOptions): Found {
  const newest = [...images].sort((one, other) => text(other['created_at']).localeCompare(text(one['created_at'])));
  const architecture = architectureOf(flavor);
  const fits = newest.filter((one) => imageArchitecture(one) === architecture);
  const isNamed = Boolean(options['image-id'] || options['image-name']);
  if (isNamed) return checked(fits[0] ?? newest[0] ?? {}, flavor, options);
  const ubuntu = fits.filter(isUbuntu);
  const found = ubuntu.find((one) => !SPECIAL.test(nameOf(one))) ?? ubuntu[0];
  if (found) return checked(found, flavor, options);
  throw new MachineError(
    'CheckFailed',
    `the cloud has no image of Ubuntu 24.04 for ${architecture}, and none is named`,
    {
      suggestions: likely(fits.length > 0 ? fits : newest),
    },
  );
}

const SPECIAL = /gpu|nvidia|cuda|docker|kube|k8s|desktop|minimal|daily/i;

/** By the properties that Glance recommends ("Useful image properties"), or by the name. */
function isUbuntu(image: Found): boolean {
  if (image['os_hidden'] === true || image['image_type'] === 'snapshot') return false;
  const version = text(image['os_version']);
  if (text(image['os_distro']).toLowerCase() === 'ubuntu' && version !== '') return /^24\.04|noble/i.test(version);
  return /^ubuntu[ _-]*(server[ _-]*)?(24\.04|noble)|^noble-server/i.test(nameOf(image));
}

function imageArchitecture(image: Found): string {
  const said = text(image['architecture']) || text(image['hw_architecture']);
  const isArm = /arm64|aarch64/i.test(said || nameOf(image));
  return isArm ? 'aarch64' : 'x86_64';
}

/** @throws MachineError CheckFailed */
function checked(image: Found, flavor: Found, options: OpenstackOptions): Found {
  const title = `flavor "${nameOf(flavor)}"`;
  const onVolume = { suggestions: ['--openstack-boot-from-volume', '--openstack-flavor-name FLAVOR'] };
  const [disk, ram] = [number(flavor['disk']), number(flavor['ram'])];
  if (!options['boot-from-volume'] && disk === 0)
    throw new MachineError('CheckFailed', `${title} has no disk: it boots from a volume`, onVolume);
  if (!options['boot-from-volume'] && disk < number(image['min_disk']))
    throw new MachineError(
      'CheckFailed',
      `${title} has ${disk} GiB of disk, the image wants ${number(image['min_disk'])}`,
      onVolume,
    );
  if (ram < number(image['min_ram']))
    throw new MachineError(
      'CheckFailed',
      `${title} has ${ram} MiB of memory, the image wants ${number(image['min_ram'])}`,
    );
  if (idOf(image) === '') throw absent('', []);
  return image;
}

function absent(named: string, images: readonly Found[]): MachineError {
  return new MachineError('CheckFailed', `the cloud has no image "${named}"`, {
    suggestions: images.length === 0 ? ['openstack image list'] : likely(images),
  });
}

/** Candidates, Ubuntu's and Debian's first. */
function likely(images: readonly Found[]): readonly string[] {
  const names = [...new Set(images.map(nameOf))].filter(Boolean);
  const first = names.filter((name) => /ubuntu|debian/i.test(name));
  const some = [...first, ...names.filter((name) => !first.includes(name))].slice(0, 3);
  return some.length === 0 ? ['openstack image list'] : some.map((name) => `--openstack-image-name "${name}"`);
}
