import { array, number, object, text, type Found } from '../../src/cloud/found.js';
import type { Candidate } from '../../src/cloud/stock.js';
import { MachineError } from '../../src/errors.js';
import { idOf } from './client.js';
import type { HetznerOptions } from './options.js';
import { DEFAULT_IMAGE, DEFAULT_TYPES } from './settings.js';

export interface Offer extends Candidate {
  readonly architecture: string;
}

/** The candidates that Hetzner sells, in their order. @throws MachineError CheckFailed when it sells none of them */
export function offered(
  wanted: readonly Candidate[],
  types: readonly Found[],
  now: Date,
): readonly [Offer, ...Offer[]] {
  const known = new Set(types.flatMap((type) => array(type['locations']).map(({ name }) => text(name))));
  for (const { zone, type } of wanted) {
    if (!types.some(({ name }) => name === type)) throw unknownType(type, types, now);
    if (zone !== '' && known.size > 0 && !known.has(zone)) throw unknownLocation(zone, known);
  }
  const [first, ...others] = wanted.flatMap(({ zone, type }): Offer[] => {
    const found = types.find(({ name }) => name === type);
    return found && isSold(found, zone, now) ? [{ zone, type, architecture: text(found['architecture']) }] : [];
  });
  if (first) return [first, ...others];
  const { zone = '', type = '' } = wanted[0] ?? {};
  throw new MachineError(
    'CheckFailed',
    `Hetzner does not sell server type "${type}" ${zone === '' ? 'any more' : `in "${zone}"`}`,
    { suggestions: alternatives(types, zone, now) },
  );
}

/** What was withdrawn stays listed, with the time after which it cannot be ordered, for each location. */
export function isSold(type: Found, zone: string, now: Date): boolean {
  const places = array(type['locations']).filter(({ name }) => zone === '' || name === zone);
  return places.some(({ deprecation }) => {
    const until = text(object(deprecation)['unavailable_after']);
    return until === '' || Date.parse(until) > now.getTime();
  });
}

function unknownType(type: string, types: readonly Found[], now: Date): MachineError {
  return new MachineError('CheckFailed', `Hetzner has no server type "${type}"`, {
    suggestions: alternatives(types, '', now),
  });
}

function unknownLocation(zone: string, known: ReadonlySet<string>): MachineError {
  return new MachineError('CheckFailed', `Hetzner has no location "${zone}"`, {
    suggestions: [`Take one of ${[...known].sort().join(', ')}`],
  });
}

/** The usual one of each architecture, or the smallest where that is not sold. */
function alternatives(types: readonly Found[], zone: string, now: Date): readonly string[] {
  const sold = types
    .filter((type) => isSold(type, zone, now))
    .sort((one, other) => number(one['memory']) - number(other['memory']) || idOf(one) - idOf(other));
  return (['x86', 'arm'] as const).flatMap((wanted) => {
    const best = sold.find(({ name }) => name === DEFAULT_TYPES[wanted]);
    const smallest = best ?? sold.find(({ architecture }) => architecture === wanted);
    return smallest ? [`--hetzner-server-type ${text(smallest['name'])}`] : [];
  });
}

/** The image for an architecture. @throws MachineError CheckFailed */
export function imageFor(
  images: readonly Found[],
  architecture: string,
  { options, type }: { options: HetznerOptions; type: string },
): number {
  const wanted = options['image-arch'] ?? architecture;
  if (wanted !== architecture)
    throw new MachineError('CheckFailed', `server type "${type}" is ${architecture}, the image shall be ${wanted}`, {
      suggestions: ['Leave --hetzner-image-arch out', `--hetzner-server-type ${wanted === 'arm' ? 'cax11' : 'cx23'}`],
    });
  // Of one name there may be several: snapshots and backups have none, systems are the newest last.
  const found = images.filter((image) => image['architecture'] === architecture).at(-1);
  if (found) return idOf(found);
  const name = options['image-id'] ?? options.image ?? DEFAULT_IMAGE;
  throw new MachineError('CheckFailed', `Hetzner has no image "${name}" for ${architecture} in this project`, {
    suggestions: ['hcloud image list', `--hetzner-image ${DEFAULT_IMAGE}`],
  });
}
