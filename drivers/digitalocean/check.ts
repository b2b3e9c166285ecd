import { Fault } from '../../src/cloud/fault.js';
import { text, texts, type Found } from '../../src/cloud/found.js';
import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { connect, type Api, type Context } from './client.js';
import { findKey, keyOf, type WantedKey } from './keys.js';
import type { DropletOptions } from './options.js';
import { candidatesOf, checkOptions, endpointOf, userDataOf } from './settings.js';

/** Whatever can be refused before anything costs money. */
export async function check(host: NewHost<DropletOptions>, context: Context): Promise<void> {
  const { options } = host;
  checkOptions(options, context.report);
  const [key] = await Promise.all([keyOf(host), userDataOf(host)]);
  const api = await connect({ endpoint: endpointOf(options), context: '' }, context);
  const [regions, image, vpc] = await Promise.all([
    api.list('/regions', 'regions'),
    api.find(`/images/${encodeURIComponent(options.image)}`, 'image'),
    vpcOf(options, api),
    checkKey(key, api),
    checkFirewalls(options, api),
  ]);
  if (!image) throw noImage(options.image);
  const wanted = checkOffer(options, regions);
  checkPlaces(wanted, { image, vpc, options });
}

async function checkKey(key: WantedKey, api: Api): Promise<void> {
  if (!('existing' in key) || (await findKey(key.existing, api))) return;
  throw new MachineError('CheckFailed', `DigitalOcean has no SSH key "${key.existing}" in this account`, {
    suggestions: [
      'doctl compute ssh-key list',
      'Leave --digitalocean-ssh-key-fingerprint out: berth makes a key of its own',
    ],
  });
}

async function checkFirewalls({ firewalls }: DropletOptions, api: Api): Promise<void> {
  const found = await Promise.all(firewalls.map((id) => api.find(`/firewalls/${id}`, 'firewall')));
  const missing = firewalls.find((_id, index) => !found[index]);
  if (missing === undefined) return;
  throw new MachineError('CheckFailed', `DigitalOcean has no firewall "${missing}" in this account`, {
    suggestions: ['doctl compute firewall list'],
  });
}

async function vpcOf(options: DropletOptions, api: Api): Promise<Found | undefined> {
  const id = options['vpc-uuid'] ?? '';
  if (id === '') return undefined;
  const found = await api.find(`/vpcs/${id}`, 'vpc');
  if (found) return found;
  throw new MachineError('CheckFailed', `DigitalOcean has no VPC "${id}" in this account`, {
    suggestions: ['doctl vpcs list', "Leave --digitalocean-vpc-uuid out: the region's default one is taken"],
  });
}

function noImage(image: string): MachineError {
  return new MachineError('CheckFailed', `DigitalOcean has no image "${image}"`, {
    suggestions: ['doctl compute image list-distribution', '--digitalocean-image ubuntu-24-04-x64'],
  });
}

/** Slugs of the regions that are wanted. @throws MachineError CheckFailed, Fault when nothing of it is to be had now */
function checkOffer(options: DropletOptions, regions: readonly Found[]): readonly string[] {
  const wanted = candidatesOf(options);
  const sizes = new Set(regions.flatMap((region) => texts(region['sizes'])));
  for (const { zone, type } of wanted) {
    if (!regions.some(({ slug }) => isIn(slug, zone))) throw unknownRegion(zone, regions);
    // A token may lack the right to see sizes.
    if (sizes.size > 0 && !sizes.has(type)) throw unknownSize(type);
  }
  const isOffered = wanted.some(({ zone, type }) =>
    regions.some(
      ({ slug, available, sizes: own }) =>
        isIn(slug, zone) && available !== false && (sizes.size === 0 || texts(own).includes(type)),
    ),
  );
  if (isOffered) return [...new Set(wanted.map(({ zone }) => zone))];
  const all = wanted.map(({ zone, type }) => `${type} in ${zone}`).join(', ');
  throw new Fault('stock', `not offered at the moment: ${all}`);
}

/** "nyc" is any of nyc1, nyc2, nyc3 (openapi: resources/droplets/models/droplet_create.yml, region). */
function isIn(slug: unknown, region: string): boolean {
  return slug === region || (/^[a-z]+$/.test(region) && text(slug).replace(/\d+$/, '') === region);
}

function unknownRegion(region: string, regions: readonly Found[]): MachineError {
  const open = regions.filter(({ available }) => available !== false).map(({ slug }) => text(slug));
  return new MachineError('CheckFailed', `DigitalOcean has no region "${region}"`, {
    suggestions: [`Take one of ${[...open].sort().join(', ')}`],
  });
}

function unknownSize(size: string): MachineError {
  return new MachineError('CheckFailed', `DigitalOcean has no size "${size}"`, {
    suggestions: ['doctl compute size list', '--digitalocean-size s-1vcpu-1gb'],
  });
}

interface Places {
  readonly image: Found;
  readonly vpc: Found | undefined;
  readonly options: DropletOptions;
}

/** Images of the user's and networks are in some regions only. @throws MachineError CheckFailed */
function checkPlaces(wanted: readonly string[], { image, vpc, options }: Places): void {
  const of = texts(image['regions']);
  const without = wanted.find((region) => of.length > 0 && !of.some((slug) => isIn(slug, region)));
  if (without !== undefined)
    throw new MachineError('CheckFailed', `image "${options.image}" is not in region "${without}"`, {
      suggestions: [`--digitalocean-region ${of[0] ?? ''}`],
    });
  const place = text(vpc?.['region']);
  const away = wanted.find((region) => place !== '' && !isIn(place, region));
  if (away === undefined) return;
  throw new MachineError('CheckFailed', `the VPC is in region "${place}", the machine in "${away}"`, {
    suggestions: [`--digitalocean-region ${place}`],
  });
}
