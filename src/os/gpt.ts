import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes that belong at a place of a disk or a file system, in bytes from its beginning. */
export interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

/** Of the disks that we write; in bytes. */
export const SECTOR = 512;

export interface Partition {
  readonly name: string;
  /** GUID of what it is for. */
  readonly type: string;
  /** First and last sector. */
  readonly first: number;
  readonly last: number;
}

const ENTRIES = 128;
const ENTRY_BYTES = 128;
const ENTRY_SECTORS = (ENTRIES * ENTRY_BYTES) / SECTOR;
const HEADER_BYTES = 92;

export interface Table {
  readonly partitions: readonly Partition[];
  /** Of the whole disk. */
  readonly sectors: number;
  /** Disks of one text have the same GUIDs. */
  readonly seed: string;
}

/** The first sector that a partition may have, and the last one of a disk of this size. */
export function usable(sectors: number): { readonly first: number; readonly last: number } {
  return { first: 2 + ENTRY_SECTORS, last: sectors - ENTRY_SECTORS - 2 };
}

/** A GUID partition table, at the disk's beginning and at its end, as chapter 5 of the UEFI specification has it. */
export function partitionTable(table: Table): readonly Piece[] {
  const entries = Buffer.alloc(ENTRIES * ENTRY_BYTES);
  table.partitions.forEach((partition, index) =>
    entryOf(partition, guid(`${table.seed} ${partition.name}`)).copy(entries, index * ENTRY_BYTES),
  );
  const end = table.sectors - 1;
  return [
    { at: 0, bytes: protectiveRecord(table.sectors) },
    { at: SECTOR, bytes: header(table, entries, { own: 1, other: end, entriesAt: 2 }) },
    { at: 2 * SECTOR, bytes: entries },
    { at: (end - ENTRY_SECTORS) * SECTOR, bytes: entries },
    { at: end * SECTOR, bytes: header(table, entries, { own: end, other: 1, entriesAt: end - ENTRY_SECTORS }) },
  ];
}

/** Tells programs that know no GPT that the disk is taken. */
function protectiveRecord(sectors: number): Buffer {
  const record = Buffer.alloc(SECTOR);
  record.set([0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff], 446);
  record.writeUInt32LE(1, 454);
  record.writeUInt32LE(Math.min(sectors - 1, 0xffffffff), 458);
  record.writeUInt16LE(0xaa55, 510);
  return record;
}

function entryOf({ name, type, first, last }: Partition, id: string): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  guidBytes(type).copy(entry);
  guidBytes(id).copy(entry, 16);
  entry.writeBigUInt64LE(BigInt(first), 32);
  entry.writeBigUInt64LE(BigInt(last), 40);
  entry.write(name, 56, 'utf16le');
  return entry;
}

interface Places {
  readonly own: number;
  readonly other: number;
  readonly entriesAt: number;
}

function header({ sectors, seed }: Table, entries: Buffer, { own, other, entriesAt }: Places): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  const { first, last } = usable(sectors);
  bytes.write('EFI PART', 0, 'latin1');
  bytes.writeUInt32LE(0x00010000, 8);
  bytes.writeUInt32LE(HEADER_BYTES, 12);
  [own, other, first, last].forEach((sector, index) => bytes.writeBigUInt64LE(BigInt(sector), 24 + 8 * index));
  guidBytes(guid(`${seed} disk`)).copy(bytes, 56);
  bytes.writeBigUInt64LE(BigInt(entriesAt), 72);
  bytes.writeUInt32LE(ENTRIES, 80);
  bytes.writeUInt32LE(ENTRY_BYTES, 84);
  bytes.writeUInt32LE(crc32(entries), 88);
  // Computed while its own place is zero.
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_BYTES)), 16);
  return bytes;
}

/** Of version 8: a hash, in the form that RFC 9562 keeps for that. */
function guid(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex', 0, 16).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** The first three groups are numbers, which stand with the lowest byte first. */
function guidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
