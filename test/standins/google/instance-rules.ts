import type { Instance } from '../../../drivers/google/api.js';
import { imageSize, isType } from './lookups.js';

const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL = /^[a-z0-9_-]{0,63}$/;

/** What Compute Engine refuses about an instance before it begins (cloud.google.com/compute/docs/reference/rest/v1/instances). */
export function faultOfInstance(wanted: Instance, zone: string): string | undefined {
  return RULES.map((rule) => rule(wanted, zone)).find((fault) => fault !== undefined);
}

const wrong = (field: string, value: unknown): string =>
  `Invalid value for field 'resource.${field}': '${String(value)}'.`;

const RULES: readonly ((wanted: Instance, zone: string) => string | undefined)[] = [
  ({ name = '' }) => (NAME.test(name) ? undefined : wrong('name', name)),
  ({ machineType = '' }, zone) => {
    const [, place = '', type = ''] = /(?:^|\/)zones\/([^/]+)\/machineTypes\/([^/]+)$/.exec(machineType) ?? [];
    return place === zone && isType(zone, type) ? undefined : wrong('machineType', machineType);
  },
  ({ disks = [] }, zone) => {
    const [boot] = disks;
    if (disks.length !== 1 || !boot?.boot) return 'Boot disk must be specified.';
    const { diskName, sourceImage, diskSizeGb, diskType } = boot.initializeParams;
    const size = imageSize(sourceImage);
    if (!NAME.test(diskName)) return wrong('disks[0].initializeParams.diskName', diskName);
    if (size === undefined) return wrong('disks[0].initializeParams.sourceImage', sourceImage);
    if (Number(diskSizeGb) < size) return `Requested disk size cannot be smaller than the image size (${size} GB)`;
    if (!diskType.startsWith(`zones/${zone}/diskTypes/`)) return wrong('disks[0].initializeParams.diskType', diskType);
    return undefined;
  },
  ({ networkInterfaces = [] }) => {
    const [first] = networkInterfaces;
    if (!first) return 'At least one network interface is required.';
    const isKnown = /(^|\/)projects\/[^/]+\/global\/networks\/(default|custom)$/.test(first.network ?? '');
    if (!isKnown) return wrong('networkInterfaces[0].network', first.network);
    const isCustom = first.network?.endsWith('/custom');
    return isCustom && !first.subnetwork ? 'Subnetwork should be specified for custom subnetmode network' : undefined;
  },
  ({ labels = {} }) => {
    const odd = Object.entries(labels).find(
      ([key, value]) => !/^[a-z]/.test(key) || !LABEL.test(key) || !LABEL.test(value),
    );
    return odd ? wrong('labels', odd.join('=')) : undefined;
  },
  ({ tags }) => {
    const odd = tags?.items?.find((tag) => !NAME.test(tag));
    return odd === undefined ? undefined : wrong('tags.items', odd);
  },
  ({ metadata }) => {
    const keys = metadata?.items?.map(({ key }) => key) ?? [];
    if (new Set(keys).size !== keys.length) return 'Metadata has duplicate key';
    const odd = metadata?.items?.find(({ value = '' }) => Buffer.byteLength(value) > 262_144);
    return odd ? `Metadata value of ${odd.key} is too large` : undefined;
  },
  ({ scheduling = {} }) => {
    const { provisioningModel, automaticRestart, onHostMaintenance } = scheduling;
    if (provisioningModel !== 'SPOT') return undefined;
    const isRight = automaticRestart === false && onHostMaintenance === 'TERMINATE';
    return isRight ? undefined : 'Spot VMs cannot restart automatically or migrate';
  },
  ({ guestAccelerators = [], scheduling = {} }) =>
    guestAccelerators.length > 0 && scheduling.onHostMaintenance !== 'TERMINATE'
      ? 'Instances with guest accelerators do not support live migration.'
      : undefined,
];
