import { Fault, isFault } from '../../src/cloud/fault.js';
import { object, text } from '../../src/cloud/found.js';
import { candidates } from '../../src/cloud/stock.js';
import { MachineError } from '../../src/errors.js';
import { available } from './create.js';
import type { Making } from './network.js';
import { computeAt, vmAt } from './places.js';
import { sizeByName, sizesOf, ubuntuFor, type Size } from './sizes.js';

/** Size, image and processors left. @throws MachineError BadOption, CheckFailed; Fault stock, quota */
export async function checkSize(checking: Making): Promise<void> {
  const { host, resource, arm, context } = checking;
  const { size: types, 'availability-zone': zones = '', location } = host.options;
  const sizes = await sizesOf({ location: resource.location, arm, context });
  if (sizes?.size === 0)
    throw new MachineError('BadOption', `option --azure-location knows no place "${location.slice(0, 30)}"`, {
      suggestions: ['az account list-locations --query "[].name"'],
    });
  const tries = candidates(zones, types);
  const known = sizes
    ? available(tries, sizes, host.options).flatMap(({ type }) => sizes.get(type.toLowerCase()) ?? [])
    : tries.map(({ type }) => sizeByName(type));
  const [first] = known;
  if (!first) throw unknownSize(types, location);
  if (known.every(({ refusedFor }) => refusedFor !== ''))
    throw new Fault('stock', `${types} in ${location}: ${first.refusedFor}`, { code: 'SkuNotAvailable' });
  if (sizes && !tries.some(({ zone }) => zone === '' || known.some((size) => size.zones.includes(zone))))
    throw new MachineError('CheckFailed', `no zone "${zones}" of ${location} has the size "${types.slice(0, 40)}"`);
  if (host.options.spot && known.every(({ takesSpot }) => !takesSpot)) throw noSpot(types);
  if (host.options['accelerated-networking'] && known.some(({ takesAcceleration }) => !takesAcceleration))
    throw new MachineError('BadOption', 'a size of --azure-size has no accelerated networking');
  await Promise.all([checkImage(checking, first), checkQuota(checking, known)]);
}

function unknownSize(types: string, location: string): MachineError {
  return new MachineError('BadOption', `option --azure-size: ${location} has no "${types.slice(0, 40)}"`, {
    suggestions: [`az vm list-sizes --location ${location} --output table`],
  });
}

function noSpot(types: string): MachineError {
  return new MachineError('BadOption', `Azure has no Spot machines of the size "${types.slice(0, 40)}"`, {
    suggestions: ['Take a size of another series: --azure-size Standard_D2s_v5,Standard_D2as_v5'],
  });
}

/** An id names what only the request itself can be sure of. */
async function checkImage({ host, resource, arm }: Making, size: Size): Promise<void> {
  const image = host.options.image ?? ubuntuFor(size);
  if (image.startsWith('/')) return;
  const [publisher = '', offer = '', sku = '', version = ''] = image.split(':').map(encodeURIComponent);
  const below = `publishers/${publisher}/artifacttypes/vmimage/offers/${offer}/skus/${sku}/versions`;
  const place = computeAt(resource, `locations/${encodeURIComponent(resource.location)}/${below}`);
  const isLatest = version === 'latest';
  // The list is a bare array, not a page.
  const found = await arm.findList(
    isLatest ? place : { ...place, path: `${place.path}/${version}` },
    isLatest ? { $top: 1, $orderby: 'name desc' } : {},
  );
  if (found !== undefined && (!isLatest || found.length > 0)) return;
  throw new MachineError('CheckFailed', `Azure has no image "${image.slice(0, 60)}" in ${resource.location}`, {
    suggestions: ['Leave out --azure-image for the newest Ubuntu LTS', 'az vm image list --all --output table'],
  });
}

/** Processors that are left in the location; what the login may not ask, the request itself will tell. */
async function checkQuota({ host, resource, arm }: Making, sizes: readonly Size[]): Promise<void> {
  const place = computeAt(resource, `locations/${encodeURIComponent(resource.location)}/usages`);
  const [usages, existing] = await Promise.all([arm.list(place).catch(noneIfForbidden), arm.find(vmAt(resource))]);
  // A machine that an interrupted create has made is counted already.
  if (existing) return;
  const lacks = sizes.map(({ family, cpus, name }) => {
    const names = host.options.spot ? ['lowPriorityCores'] : ['cores', family];
    const short = usages.find((usage) => {
      const isOurs = names.some((one) => one.toLowerCase() === text(object(usage['name'])['value']).toLowerCase());
      return isOurs && Number(usage['currentValue']) + cpus > Number(usage['limit']);
    });
    const label = short ? text(object(short['name'])['localizedValue']) || text(object(short['name'])['value']) : '';
    return short ? `${name}: ${label}: ${Number(short['currentValue'])} of ${Number(short['limit'])} in use` : '';
  });
  if (lacks.every((lack) => lack !== '')) throw new Fault('quota', lacks.join('; '), { code: 'QuotaExceeded' });
}

/** Whoever has rights on a resource group alone may not ask things of the whole subscription. */
export function noneIfForbidden(error: unknown): [] {
  if (isFault(error) && error.code === 'AuthorizationFailed') return [];
  throw error;
}
