/** Bytes of an entry in a folder. */
export const ENTRY = 32;
const LONG_NAME = 0x0f;
/** Characters of a long name in one entry, and the places of them there: Microsoft's specification of FAT, chapter 7. */
const PLACES = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

/** The eleven bytes that every name has besides its own: eight of the name, three of its ending. `index` tells names apart. */
export function shortName(name: string, index: number): Buffer {
  if (isShort(name)) return padded(name.split('.')[0] ?? '', name.split('.')[1] ?? '');
  const dot = name.lastIndexOf('.');
  const [base, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, ''];
  const tail = `~${index + 1}`;
  return padded(`${plain(base).slice(0, 8 - tail.length)}${tail}`, plain(ending).slice(0, 3));
}

/** How many entries a name takes. */
export function entriesOf(name: string): number {
  return 1 + (isShort(name) ? 0 : Math.ceil(name.length / PLACES.length));
}

/** The entries that carry a name which is no short one: they stand before the file's own, the name's end first. */
export function longName(name: string, short: Buffer): Buffer {
  const count = entriesOf(name) - 1;
  const entries = Array.from({ length: count }, (_none, index) => {
    const entry = Buffer.alloc(ENTRY);
    entry[0] = (index + 1) | (index + 1 === count ? 0x40 : 0);
    entry[11] = LONG_NAME;
    entry[13] = checksum(short);
    PLACES.forEach((place, character) => {
      const at = index * PLACES.length + character;
      // One zero ends a name; what is left of the entry is ones.
      entry.writeUInt16LE(at < name.length ? name.charCodeAt(at) : at === name.length ? 0 : 0xffff, place);
    });
    return entry;
  });
  return Buffer.concat(entries.reverse());
}

function isShort(name: string): boolean {
  return /^[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?$/.test(name);
}

function plain(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9_]/g, '');
}

function padded(base: string, ending: string): Buffer {
  return Buffer.from(base.padEnd(8) + ending.padEnd(3), 'latin1');
}

function checksum(short: Buffer): number {
  return short.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
}
