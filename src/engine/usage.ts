import { isObject } from '../json.js';
/** What one kind of thing takes of an engine's disk. */
export interface Usage {
  readonly count: number;
  readonly bytes: number;
  /** What prune would give back: nobody uses it. */
  readonly reclaimableBytes: number;
}
export interface EngineUsage {
  readonly images: Usage;
  readonly containers: Usage;
  readonly volumes: Usage;
  readonly buildCache: Usage;
}

/** Reads the answer to GET /system/df, that of engines before 29 too, which sum up nothing. */
export function parseUsage(answer: unknown): EngineUsage {
  const all = objectOf(answer);
  return {
    images: summed(all['ImageUsage']) ?? imagesOf(all),
    containers: summed(all['ContainerUsage']) ?? containersOf(listOf(all['Containers'])),
    volumes: summed(all['VolumeUsage']) ?? volumesOf(listOf(all['Volumes'])),
    buildCache: summed(all['BuildCacheUsage']) ?? cacheOf(listOf(all['BuildCache'])),
  };
}

function summed(value: unknown): Usage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const sum = objectOf(value);
  return {
    count: numberOf(sum['TotalCount']),
    bytes: numberOf(sum['TotalSize']),
    reclaimableBytes: numberOf(sum['Reclaimable']),
  };
}

/** Layers that images share are on the disk once. */
function imagesOf(all: Fields): Usage {
  const images = listOf(all['Images']);
  const used = images.filter((image) => numberOf(image['Containers']) > 0);
  const bytes = numberOf(all['LayersSize']);
  const usedBytes = sum(used, (image) => numberOf(image['Size']) - Math.max(numberOf(image['SharedSize']), 0));
  return { count: images.length, bytes, reclaimableBytes: Math.max(bytes - usedBytes, 0) };
}

function containersOf(containers: readonly Fields[]): Usage {
  const size = (container: Fields): number => numberOf(container['SizeRw']);
  const busy = ['running', 'paused', 'restarting'];
  const idle = containers.filter((container) => !busy.includes(String(container['State'])));
  return { count: containers.length, bytes: sum(containers, size), reclaimableBytes: sum(idle, size) };
}

/** A size of -1 is one that the volume's driver does not know. */
function volumesOf(volumes: readonly Fields[]): Usage {
  return {
    count: volumes.length,
    bytes: sum(volumes, sizeOfVolume),
    reclaimableBytes: sum(volumes.filter(isUnused), sizeOfVolume),
  };
}

/** Of an engine before 29, from the same answer as `parseUsage`. */
export function unusedVolumes(answer: unknown): readonly { readonly name: string; readonly bytes: number }[] {
  const unused = listOf(objectOf(answer)['Volumes']).filter(isUnused);
  return unused.map((volume) => ({ name: String(volume['Name']), bytes: sizeOfVolume(volume) }));
}

function sizeOfVolume(volume: Fields): number {
  return Math.max(numberOf(objectOf(volume['UsageData'])['Size']), 0);
}

function isUnused(volume: Fields): boolean {
  return numberOf(objectOf(volume['UsageData'])['RefCount']) === 0;
}

function cacheOf(records: readonly Fields[]): Usage {
  const own = records.filter((record) => record['Shared'] !== true);
  const size = (record: Fields): number => numberOf(record['Size']);
  const idle = own.filter((record) => record['InUse'] !== true);
  return { count: records.length, bytes: sum(own, size), reclaimableBytes: sum(idle, size) };
}

type Fields = Readonly<Record<string, unknown>>;

function objectOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function sum(list: readonly Fields[], of: (one: Fields) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
