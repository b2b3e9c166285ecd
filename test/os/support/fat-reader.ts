/** Files of a FAT32 file system by their paths, read by its boot sector and tables alone, each cluster by the link before it. */
export function readFat(volume: Buffer): ReadonlyMap<string, Buffer> {
  const [sector, perCluster, reserved, tables] = [
    volume.readUInt16LE(11),
    volume.readUInt8(13),
    volume.readUInt16LE(14),
    volume.readUInt8(16),
  ];
  const tableBytes = volume.readUInt32LE(36) * sector;
  const clusterBytes = sector * perCluster;
  const first = reserved * sector + tables * tableBytes;
  const chain = (cluster: number): Buffer => {
    const parts: Buffer[] = [];
    for (let at = cluster; at >= 2 && at < 0x0ffffff8; at = volume.readUInt32LE(reserved * sector + at * 4))
      parts.push(volume.subarray(first + (at - 2) * clusterBytes, first + (at - 1) * clusterBytes));
    return Buffer.concat(parts);
  };
  const files = new Map<string, Buffer>();
  const walk = (folder: Buffer, path: string): void => {
    for (const { name, isFolder, cluster, bytes } of entriesOf(folder))
      if (isFolder) walk(chain(cluster), `${path}${name}/`);
      else files.set(`${path}${name}`, chain(cluster).subarray(0, bytes));
  };
  walk(chain(volume.readUInt32LE(44)), '');
  return files;
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly cluster: number;
  readonly bytes: number;
}

function entriesOf(folder: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  let long = '';
  for (let at = 0; at < folder.length && folder[at] !== 0; at += 32) {
    const entry = folder.subarray(at, at + 32);
    const attributes = entry.readUInt8(11);
    if (attributes === 0x0f) long = longPart(entry) + long;
    else {
      const name = long.replace(/[\0\uffff].*$/s, '') || shortName(entry);
      long = '';
      if ((attributes & 0x08) === 0 && !/^\.\.?$/.test(name))
        entries.push({
          name,
          isFolder: (attributes & 0x10) !== 0,
          cluster: (entry.readUInt16LE(20) << 16) | entry.readUInt16LE(26),
          bytes: entry.readUInt32LE(28),
        });
    }
  }
  return entries;
}

function longPart(entry: Buffer): string {
  return [entry.subarray(1, 11), entry.subarray(14, 26), entry.subarray(28, 32)]
    .map((part) => part.toString('utf16le'))
    .join('');
}

function shortName(entry: Buffer): string {
  const [name, ending] = [entry.toString('latin1', 0, 8).trim(), entry.toString('latin1', 8, 11).trim()];
  return ending === '' ? name : `${name}.${ending}`;
}
