import { fault, get, newId, NOW, type Json, type Thing, word, type World } from './world.js';

const absent = (id: string) => () => fault(404, 'itemNotFound', `Volume ${id} could not be found.`);

export function createVolume(world: World, body: Json): Json {
  const asked = body['volume'] as Json;
  const zone = asked['availability_zone'];
  if (zone !== undefined && !world.zones.includes(word(zone)))
    throw fault(400, 'badRequest', `Invalid input received: Availability zone '${word(zone)}' is invalid.`);
  const imageId = asked['imageRef'];
  if (imageId !== undefined && !world.images.some(({ id }) => id === imageId))
    throw fault(
      400,
      'badRequest',
      'Invalid input received: Invalid image identifier or unable to access requested image.',
    );
  const { imageRef: _image, ...rest } = asked;
  const volume = {
    ...{ id: newId(), name: '', description: null, metadata: {}, volume_type: 'ssd', created_at: NOW, attachments: [] },
    ...{ ...rest, status: 'creating', bootable: String(imageId !== undefined), looks: 1 },
  };
  world.volumes.set(volume.id, { ...volume, name: word(rest['name'] ?? '') });
  return { volume: volumeView(volume) };
}

/** Each look lets some time go by. */
export function lookAtVolume(world: World, volume: Thing): Json | undefined {
  const looks = Number(volume['looks'] ?? 0);
  if (looks > 0) world.volumes.set(volume.id, { ...volume, looks: looks - 1 });
  else if (volume['status'] === 'creating') world.volumes.set(volume.id, { ...volume, status: 'available' });
  else if (volume['status'] === 'deleting') world.volumes.delete(volume.id);
  const now = world.volumes.get(volume.id);
  return now && volumeView(now);
}

function volumeView({ looks: _looks, ...volume }: Json): Json {
  return volume;
}

export function showVolume(world: World, id: string): Json {
  const found = lookAtVolume(world, get(world.volumes, id, absent(id)));
  if (!found) throw absent(id)();
  return { volume: found };
}

export function deleteVolume(world: World, id: string): void {
  const volume = get(world.volumes, id, absent(id));
  if (!['available', 'error'].includes(String(volume['status'])))
    throw fault(400, 'badRequest', 'Invalid volume: Volume status must be available or error or error_restoring.');
  world.volumes.set(id, { ...volume, status: 'deleting', looks: 0 });
}
