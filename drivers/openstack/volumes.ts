import { Fault } from '../../src/cloud/fault.js';
import { array, number, object, text, type Found } from '../../src/cloud/found.js';
import { ownerTags, resourceName } from '../../src/cloud/owner.js';
import type { NewHost } from '../../src/driver.js';
import { poll } from '../../src/poll.js';
import { segment, type Api } from './client.js';
import { ensure } from './ensure.js';
import type { Try } from './lookup.js';
import type { OpenstackOptions } from './options.js';
import { KEEP, ownerByMetadata, type Owner } from './tags.js';
import { idOf } from './values.js';

/** An image is copied into it meanwhile, in milliseconds. */
const AVAILABLE_MS = 900_000;
const GONE_MS = 180_000;
/** What an empty volume has, and what an image that says nothing of itself is given: GiB. */
const SIZE = { data: 10, boot: 20 } as const;

export function volumeNameOf({ options, ...host }: NewHost<OpenstackOptions>): string {
  return options['volume-name'] || resourceName(host);
}

/** The request for a volume (api-ref/block-storage/v3, "Create a volume"). */
export function volumeBody(host: NewHost<OpenstackOptions>, one: Try, zone: string): Readonly<Record<string, unknown>> {
  const { options } = host;
  const isBoot = options['boot-from-volume'];
  const least = Math.max(number(one.flavor['disk']) || SIZE.boot, number(one.image['min_disk']));
  return {
    volume: {
      name: volumeNameOf(host),
      size: options['volume-size'] || (isBoot ? least : SIZE.data),
      metadata: { ...ownerTags(host), ...(options['volume-keep'] ? { [KEEP]: 'true' } : {}) },
      ...(isBoot ? { imageRef: idOf(one.image) } : {}),
      ...(options['volume-type'] ? { volume_type: options['volume-type'] } : {}),
      ...(zone === '' ? {} : { availability_zone: zone }),
    },
  };
}

/** Makes the volume, or finds that of an earlier call. */
export async function ensureVolume(
  host: NewHost<OpenstackOptions>,
  { one, isLookedFor, api }: { readonly one: Try; readonly isLookedFor: boolean; readonly api: Api },
): Promise<string> {
  const body = volumeBody(host, one, one.zone === '' ? '' : await zoneFor(one.zone, api));
  const found = await ensure(
    {
      isLookedFor,
      find: async () => (await volumesNamed(volumeNameOf(host), api)).find((volume) => isOf(volume, host)),
      make: async () => object((await api.post('volume', '/volumes', body))['volume']),
    },
    api,
  );
  return idOf(found);
}

/** Cinder's zones may be others than Nova's; one of the same name is the same place. */
async function zoneFor(zone: string, api: Api): Promise<string> {
  const { availabilityZoneInfo } = await api.get('volume', '/os-availability-zone');
  const name = zone.split(':')[0] ?? '';
  return array(availabilityZoneInfo).some(({ zoneName }) => zoneName === name) ? name : '';
}

function volumesNamed(name: string, api: Api): Promise<readonly Found[]> {
  return api.list('volume', '/volumes/detail', { name });
}

function isOf(volume: Found, { id }: Owner): boolean {
  return object(volume['metadata'])['berth-id'] === id;
}

/** Those that go with the machine. */
export async function ownVolumes(owner: Owner & { readonly volumeName: string }, api: Api): Promise<readonly Found[]> {
  if (owner.id === '' || owner.volumeName === '') return [];
  const named = await volumesNamed(owner.volumeName, api);
  return named.filter((one) => ownerByMetadata(one)?.machineId === owner.id);
}

/** @throws Fault stock: a volume that comes to nothing has found no place */
export async function untilAvailable(id: string, api: Api): Promise<void> {
  await poll(
    async () => {
      const status = text((await volumeOf(id, api))?.['status']);
      if (status.startsWith('error')) throw new Fault('stock', `Cinder has put volume ${id} into "${status}"`);
      return status === 'available' || status === 'in-use' ? true : undefined;
    },
    { what: `volume ${id} to be made`, withinMs: AVAILABLE_MS, ...api.rhythm },
  );
}

async function volumeOf(id: string, api: Api): Promise<Found | undefined> {
  const found = await api.find('volume', `/volumes/${segment(id)}`);
  return found && object(found['volume']);
}

/** Waits until the server has let go of it; a volume that goes with the server is on its way already. */
export async function removeVolume(id: string, api: Api): Promise<void> {
  await poll(
    async () => {
      const volume = await volumeOf(id, api);
      if (!volume) return true;
      const isFree = ['available', 'error', 'error_restoring', 'error_extending'].includes(text(volume['status']));
      if (isFree) await api.remove('volume', `/volumes/${segment(id)}`);
      return undefined;
    },
    { what: `volume ${id} to be removed`, withinMs: GONE_MS, ...api.rhythm },
  );
}
