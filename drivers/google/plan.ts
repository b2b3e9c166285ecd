import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Labels, Metadata } from './api.js';
import { acceleratorOf, csv } from './body.js';
import { allowedZones, choicesOf, type Choice } from './choices.js';
import { unlessMissing, type Compute } from './client.js';
import { architectureOf, findImage, type Architecture } from './image.js';
import { labelsOf } from './labels.js';
import { metadataOf } from './metadata.js';
import { findAddress, findNetwork, type Place } from './network.js';
import type { GoogleOptions } from './options.js';
import { together } from '../../src/cloud/together.js';

export interface PlannedChoice extends Choice {
  /** URL of the image, of the architecture of the type. */
  readonly image: string;
}

/** All that is looked up, and checked by that, before an instance is asked for. */
export interface Plan {
  readonly choices: readonly PlannedChoice[];
  readonly place: Place;
  readonly labels: Labels;
  readonly metadata: Metadata;
  /** A reserved external address. */
  readonly address?: string;
}

/** Asks what does not depend on each other at once. @throws Fault, MachineError BadOption, CheckFailed */
export async function planOf(host: NewHost<GoogleOptions>, compute: Compute): Promise<Plan> {
  const { options } = host;
  const labels = labelsOf(host);
  const metadata = await metadataOf(host);
  acceleratorOf(options);
  const zones = await zonesOf(options, compute);
  const wanted = choicesOf(options, zones);
  const [zone = ''] = zones;
  const [choices, place, address] = await together([
    planned(wanted, options, compute),
    findNetwork(options, zone, compute),
    options.address === undefined ? undefined : findAddress(options.address, zone, compute),
  ]);
  return { choices, place, labels, metadata, ...(address === undefined ? {} : { address }) };
}

async function zonesOf(options: GoogleOptions, compute: Compute): Promise<readonly string[]> {
  if (options.region === undefined) return csv(options.zone);
  const { zones } = await compute.ask('Regions.get', { region: options.region });
  return allowedZones(zones.map((url) => url.split('/').at(-1) ?? '').sort(), options['location-zone']);
}

/** Those of the choices that exist, each with its image: not every zone has every type. */
async function planned(
  choices: readonly Choice[],
  options: GoogleOptions,
  compute: Compute,
): Promise<readonly PlannedChoice[]> {
  const images = new Map<Architecture, ReturnType<typeof findImage>>();
  const imageOf = (architecture: Architecture): ReturnType<typeof findImage> => {
    const image = images.get(architecture) ?? findImage(options['machine-image'], architecture, compute);
    images.set(architecture, image);
    return image;
  };
  const found = await together(
    choices.map(async (choice) => {
      const question = compute.ask('MachineTypes.get', { zone: choice.zone, machineType: choice.type });
      const type = await unlessMissing(question);
      if (!type) return [];
      const { selfLink, diskSizeGb = '0' } = await imageOf(architectureOf(type));
      if (Number(diskSizeGb) > options['disk-size']) throw tooSmall(options['disk-size'], diskSizeGb);
      return [{ ...choice, image: selfLink }];
    }),
  );
  const [first] = choices;
  if (first && found.flat().length === 0) throw noType(first);
  return found.flat();
}

function tooSmall(given: number, needed: string): MachineError {
  return new MachineError(
    'BadOption',
    `option --google-disk-size wants ${needed} at least for this image, got "${given}"`,
  );
}

function noType({ zone, type }: Choice): MachineError {
  return new MachineError('BadOption', `there is no machine type "${type}" in the zone "${zone}"`, {
    suggestions: [`gcloud compute machine-types list --zones=${zone}`, 'gcloud compute zones list'],
  });
}
