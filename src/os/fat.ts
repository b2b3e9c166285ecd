import { ENTRY, entriesOf, longName, shortName } from './fat-names.js';
import { beginOf, CLUSTER_BYTES, LAST, tablesOf, type Volume } from './fat-tables.js';
import type { Piece } from './gpt.js';

export interface FatFile {
  /** Names with `/` between them. */
  readonly path: string;
  readonly bytes: number;
}

export interface FatLayout {
  /** All that is no file: boot sectors, tables, folders. Zeros are left out. */
  readonly pieces: readonly Piece[];
  /** Where each file's bytes belong. */
  readonly places: ReadonlyMap<string, number>;
}

const FOLDER = 0x10;
const ARCHIVE = 0x20;
const LABEL = 0x08;

interface Node {
  readonly name: string;
  readonly bytes: number;
  /** Undefined for a file. */
  readonly children: Map<string, Node> | undefined;
  cluster: number;
}

/** A FAT32 file system in which every file lies in one piece, as Microsoft's specification has it. */
export function layOutFat(files: readonly FatFile[], volume: Volume): FatLayout {
  const root = treeOf(files);
  const links = [0x0ffffff8, LAST];
  const nodes = [...withAll(root, '')];
  for (const { node } of nodes) take(node, links);
  const begin = beginOf(volume);
  const placeOf = ({ cluster }: Node): number => begin + (cluster - 2) * CLUSTER_BYTES;
  const folders = nodes.flatMap(({ node, parent }) =>
    node.children ? [{ at: placeOf(node), bytes: folderOf(node, parent, volume) }] : [],
  );
  const places = nodes.flatMap(({ node, path }) => (node.children ? [] : [[path, placeOf(node)] as const]));
  return { pieces: [...tablesOf(volume, links), ...folders], places: new Map(places) };
}

interface Found {
  readonly node: Node;
  readonly path: string;
  readonly parent: Node | undefined;
}

/** A folder before what is in it. */
function* withAll(node: Node, path: string, parent?: Node): Generator<Found> {
  yield { node, path, parent };
  for (const child of node.children?.values() ?? [])
    yield* withAll(child, path === '' ? child.name : `${path}/${child.name}`, node);
}

/** Names sorted, so that the same files give the same bytes. */
function treeOf(files: readonly FatFile[]): Node {
  const root = folderNode('');
  for (const { path, bytes } of [...files].sort((one, other) => (one.path < other.path ? -1 : 1))) {
    const names = path.split('/');
    const name = names.pop() ?? '';
    let folder = root;
    for (const part of names) {
      const next = folder.children?.get(part) ?? folderNode(part);
      folder.children?.set(part, next);
      folder = next;
    }
    folder.children?.set(name, { name, bytes, children: undefined, cluster: 0 });
  }
  return root;
}

function folderNode(name: string): Node {
  return { name, bytes: 0, children: new Map(), cluster: 0 };
}

/** The next clusters that are free, each linked to the next. */
function take(node: Node, links: number[]): void {
  const bytes = node.children ? folderBytes(node.children) : node.bytes;
  const count = Math.ceil(bytes / CLUSTER_BYTES);
  if (count === 0) return;
  node.cluster = links.length;
  for (let left = count; left > 1; left--) links.push(links.length + 1);
  links.push(LAST);
}

/** Two entries for itself and the one above, or the label; the rest by their names. */
function folderBytes(children: ReadonlyMap<string, Node>): number {
  return ENTRY * (2 + [...children.keys()].reduce((sum, name) => sum + entriesOf(name), 0));
}

function folderOf(node: Node, parent: Node | undefined, { label, time }: Volume): Buffer {
  const own = (name: string, facts: EntryFacts): Buffer => entry(Buffer.from(name.padEnd(11), 'latin1'), facts);
  const heads = parent
    ? [
        own('.', { attributes: FOLDER, cluster: node.cluster, bytes: 0, time }),
        // The root is cluster 0 to those below it.
        own('..', { attributes: FOLDER, cluster: parent.name === '' ? 0 : parent.cluster, bytes: 0, time }),
      ]
    : [own(label, { attributes: LABEL, cluster: 0, bytes: 0, time })];
  const children = [...(node.children?.values() ?? [])].flatMap((child, index) => {
    const short = shortName(child.name, index);
    const attributes = child.children ? FOLDER : ARCHIVE;
    return [longName(child.name, short), entry(short, { ...child, attributes, time })];
  });
  return Buffer.concat([...heads, ...children]);
}

interface EntryFacts {
  readonly attributes: number;
  readonly cluster: number;
  readonly bytes: number;
  readonly time: number;
}

function entry(short: Buffer, { attributes, cluster, bytes, time }: EntryFacts): Buffer {
  const made = Buffer.alloc(ENTRY);
  const at = new Date(time * 1000);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const clock = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  short.copy(made);
  made[11] = attributes;
  for (const [place, value] of [
    [14, clock],
    [16, date],
    [18, date],
    [20, cluster >>> 16],
    [22, clock],
    [24, date],
    [26, cluster & 0xffff],
  ] as const)
    made.writeUInt16LE(value, place);
  made.writeUInt32LE(bytes, 28);
  return made;
}
