import type { StandInAnswer } from '../server.js';
import { notFound } from './answers.js';
import { networkUrl, PROJECT, ZONES } from './world.js';

/** Machine types, their architecture and where they are not. */
const TYPES: Readonly<Record<string, { architecture: string; notIn?: string }>> = {
  'e2-medium': { architecture: 'X86_64' },
  'n1-standard-1': { architecture: 'X86_64' },
  'n2-standard-2': { architecture: 'X86_64', notIn: 'us-central1-f' },
  'c4a-standard-1': { architecture: 'ARM64', notIn: 'us-central1-b' },
};
const UBUNTU = 'https://www.googleapis.com/compute/v1/projects/ubuntu-os-cloud/global/images';
const IMAGES: Readonly<Record<string, object>> = {
  'ubuntu-os-cloud/ubuntu-2404-noble-amd64-v20261110': image('ubuntu-2404-noble-amd64-v20261110', 'X86_64', '10'),
  'ubuntu-os-cloud/ubuntu-2404-noble-arm64-v20261110': image('ubuntu-2404-noble-arm64-v20261110', 'ARM64', '10'),
  'acme-1/golden': image('golden', 'X86_64', '50'),
};
const FAMILIES: Readonly<Record<string, string>> = {
  'ubuntu-os-cloud/ubuntu-2404-lts-amd64': 'ubuntu-os-cloud/ubuntu-2404-noble-amd64-v20261110',
  'ubuntu-os-cloud/ubuntu-2404-lts-arm64': 'ubuntu-os-cloud/ubuntu-2404-noble-arm64-v20261110',
};

function image(name: string, architecture: string, diskSizeGb: string): object {
  return { name, architecture, diskSizeGb, status: 'READY', selfLink: `${UBUNTU}/${name}` };
}

const SUBNETWORKS: Readonly<Record<string, string>> = { front: 'IPV4_ONLY', both: 'IPV4_IPV6' };

const found = (body: object): StandInAnswer => ({ status: 200, body });
type At = Readonly<Record<string, string>>;

/** What is only read. */
export const LOOKUPS: Readonly<Record<string, (at: At) => StandInAnswer>> = {
  'MachineTypes.Get': ({ project = '', zone = '', machineType = '' }) => {
    const type = TYPES[machineType];
    const path = `projects/${project}/zones/${zone}/machineTypes/${machineType}`;
    return type && isType(zone, machineType) ? found({ name: machineType, ...type, notIn: undefined }) : notFound(path);
  },
  'MachineTypes.List': ({ zone = '' }) => {
    const names = Object.keys(TYPES).filter((name) => isType(zone, name));
    const size = { guestCpus: 2, memoryMb: 4_096 };
    return found({ items: names.map((name) => ({ name, ...size, architecture: TYPES[name]?.architecture })) });
  },
  'Zones.List': () => found({ items: ZONES.map((name) => ({ name, status: name.endsWith('-f') ? 'DOWN' : 'UP' })) }),
  'Images.Get': ({ project = '', image = '' }) => {
    const one = IMAGES[`${project}/${image}`];
    return one ? found(one) : notFound(`projects/${project}/global/images/${image}`);
  },
  'Images.GetFromFamily': ({ project = '', family = '' }) => {
    const one = IMAGES[FAMILIES[`${project}/${family}`] ?? ''];
    return one ? found(one) : notFound(`projects/${project}/global/images/family/${family}`);
  },
  'Networks.Get': ({ project = '', network = '' }) =>
    network === 'default' || network === 'custom'
      ? found({ name: network, selfLink: networkUrl(network), autoCreateSubnetworks: network === 'default' })
      : notFound(`projects/${project}/global/networks/${network}`),
  'Subnetworks.Get': ({ project = '', region = '', subnetwork = '' }) =>
    SUBNETWORKS[subnetwork]
      ? found({
          ...{ name: subnetwork, stackType: SUBNETWORKS[subnetwork] },
          network: networkUrl('custom').replace(PROJECT, project),
        })
      : notFound(`projects/${project}/regions/${region}/subnetworks/${subnetwork}`),
  'Regions.Get': ({ project = '', region = '' }) => {
    const zones = ZONES.filter((zone) => zone.startsWith(`${region}-`));
    if (zones.length === 0) return notFound(`projects/${project}/regions/${region}`);
    return found({ name: region, zones: zones.map((zone) => `https://www.googleapis.com/…/zones/${zone}`) });
  },
  'Addresses.Get': ({ project = '', region = '', address = '' }) => {
    const status = { free: 'RESERVED', taken: 'IN_USE' }[address];
    if (!status) return notFound(`projects/${project}/regions/${region}/addresses/${address}`);
    return found({ name: address, address: '203.0.113.77', status });
  },
};

export function isType(zone: string, type: string): boolean {
  return ZONES.includes(zone) && TYPES[type] !== undefined && TYPES[type].notIn !== zone;
}

/** Smallest disk of an image in GB, by its URL; undefined where there is no such image. */
export function imageSize(url: string): number | undefined {
  const name = url.split('/').at(-1);
  const one = Object.entries(IMAGES).find(([key]) => key.endsWith(`/${name}`))?.[1];
  return one && Number((one as { diskSizeGb: string }).diskSizeGb);
}
