import { SECTOR, type Piece } from './gpt.js';

/** What a FAT32 file system is told of itself. */
export interface Volume {
  readonly sectors: number;
  /** Sectors of the disk before it. */
  readonly hidden: number;
  /** At most eleven capitals. */
  readonly label: string;
  /** Its serial number. */
  readonly id: number;
  /** Seconds since the epoch: the time of everything in it. */
  readonly time: number;
}

/** In sectors: so a file system of 512 MB has clusters enough to be FAT32, which takes 65,525. */
const CLUSTER = 8;
const RESERVED = 32;
const TABLES = 2;
export const CLUSTER_BYTES = CLUSTER * SECTOR;
/** The link of a file's last cluster. */
export const LAST = 0x0fffffff;

/** Where the first cluster, number 2, begins. */
export function beginOf(volume: Volume): number {
  return (RESERVED + TABLES * tableSectors(volume)) * SECTOR;
}

function tableSectors({ sectors }: Volume): number {
  return Math.ceil((((sectors - RESERVED) / CLUSTER + 2) * 4) / SECTOR);
}

/** Boot sectors and tables; `links` has the next cluster of each. @throws Error (a bug of ours) for more than there are */
export function tablesOf(volume: Volume, links: readonly number[]): readonly Piece[] {
  const free = Math.floor((volume.sectors * SECTOR - beginOf(volume)) / CLUSTER_BYTES) + 2 - links.length;
  if (free < 0) throw new Error(`the file system is too small by ${-free} clusters`);
  const head = Buffer.concat([bootSector(volume), infoSector(free, links.length)]);
  const table = Buffer.alloc(links.length * 4);
  links.forEach((link, index) => table.writeUInt32LE(link, index * 4));
  return [
    { at: 0, bytes: head },
    { at: 6 * SECTOR, bytes: head },
    { at: RESERVED * SECTOR, bytes: table },
    { at: (RESERVED + tableSectors(volume)) * SECTOR, bytes: table },
  ];
}

function bootSector(volume: Volume): Buffer {
  const { sectors, hidden, label, id } = volume;
  const boot = Buffer.alloc(SECTOR);
  boot.set([0xeb, 0x58, 0x90]);
  boot.write('berth   ', 3, 'latin1');
  for (const [place, value] of [
    [11, SECTOR],
    [14, RESERVED],
    [24, 63],
    [26, 255],
    [48, 1],
    [50, 6],
    [510, 0xaa55],
  ] as const)
    boot.writeUInt16LE(value, place);
  for (const [place, value] of [
    [28, hidden],
    [32, sectors],
    [36, tableSectors(volume)],
    [44, 2],
    [67, id],
  ] as const)
    boot.writeUInt32LE(value, place);
  boot.set([CLUSTER], 13);
  boot.set([TABLES], 16);
  boot.set([0xf8], 21);
  boot.set([0x80, 0, 0x29], 64);
  boot.write(label.padEnd(11), 71, 'latin1');
  boot.write('FAT32   ', 82, 'latin1');
  return boot;
}

function infoSector(free: number, next: number): Buffer {
  const info = Buffer.alloc(SECTOR);
  info.write('RRaA', 0, 'latin1');
  info.write('rrAa', 484, 'latin1');
  info.writeUInt32LE(free, 488);
  info.writeUInt32LE(next, 492);
  info.writeUInt16LE(0xaa55, 510);
  return info;
}
