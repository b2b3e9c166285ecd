import { ownerTags } from '../../src/cloud/owner.js';
import type { NewHost } from '../../src/driver.js';
import type { Plan, Try } from './lookup.js';
import type { OpenstackOptions } from './options.js';
import { metadataOf } from './settings.js';
import { serverTags } from './tags.js';
import { idOf } from './values.js';

export interface ServerParts {
  readonly plan: Plan;
  readonly one: Try;
  readonly keyName: string;
  /** The machine's own group, '' where the user has named others. */
  readonly groupId: string;
  /** A volume to boot from or to attach; `isOwn` when it goes with the server. */
  readonly volume: { readonly id: string; readonly isOwn: boolean } | undefined;
  readonly userData: string;
}

/** The request for a server (api-ref/compute, "Create Server"); what is not asked for is not in it. */
export function serverBody(host: NewHost<OpenstackOptions>, parts: ServerParts): Readonly<Record<string, unknown>> {
  const { options, name } = host;
  const { plan, one, keyName, groupId, volume, userData } = parts;
  const groups = groupId === '' ? plan.groups.map(idOf) : [groupId];
  const bootsFromVolume = options['boot-from-volume'] && volume !== undefined;
  return {
    server: {
      name,
      flavorRef: idOf(one.flavor),
      ...(bootsFromVolume ? {} : { imageRef: idOf(one.image) }),
      key_name: keyName,
      networks: networks(options, plan),
      security_groups: groups.map((id) => ({ name: id })),
      user_data: Buffer.from(userData).toString('base64'),
      metadata: { ...metadataOf(options), ...ownerTags(host) },
      tags: serverTags(host),
      ...(one.zone === '' ? {} : { availability_zone: one.zone }),
      ...(options['config-drive'] ? { config_drive: true } : {}),
      ...(volume === undefined ? {} : { block_device_mapping_v2: devices(options, volume, idOf(one.image)) }),
    },
    ...(plan.serverGroupId === '' ? {} : { 'os:scheduler_hints': { group: plan.serverGroupId } }),
  };
}

function networks(options: OpenstackOptions, { networks: all }: Plan): readonly object[] {
  const address = options['fixed-ip'];
  return all.map((one, index) => ({
    uuid: idOf(one),
    ...(index === 0 && address ? { fixed_ip: address } : {}),
  }));
}

/** nova, "Block Device Mapping in Nova": -1 is not booted from. */
function devices(
  options: OpenstackOptions,
  { id, isOwn }: NonNullable<ServerParts['volume']>,
  imageId: string,
): readonly object[] {
  const path = options['volume-device-path'];
  const volume = {
    uuid: id,
    source_type: 'volume',
    destination_type: 'volume',
    boot_index: options['boot-from-volume'] ? 0 : -1,
    delete_on_termination: isOwn,
    ...(path ? { device_name: path } : {}),
  };
  if (options['boot-from-volume']) return [volume];
  const local = { source_type: 'image', destination_type: 'local', boot_index: 0, delete_on_termination: true };
  return [{ uuid: imageId, ...local }, volume];
}
