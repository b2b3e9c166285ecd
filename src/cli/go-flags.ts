import { MachineError } from '../errors.js';

/** As much of a flag as decides how it is written; oclif's own description of one fits. */
export interface FlagShape {
  readonly type: 'boolean' | 'option';
  readonly char?: string | undefined;
  /** Takes several values; of other flags the last one counts. */
  readonly multiple?: boolean | undefined;
}
export type FlagShapes = Readonly<Record<string, FlagShape>>;

/** What Go's strconv.ParseBool takes for an answer. */
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/**
 * Words with flags as Go's package flag lets them be written, in the one way that oclif reads: one dash before a long name,
 * `=` after a short one or after a switch, values that begin with a dash, the last of several. Unknown flags stay as they are,
 * for oclif to refuse.
 * @throws MachineError BadUsage for a switch with a value that is neither yes nor no
 */
export function goFlags(words: readonly string[], shapes: FlagShapes): readonly string[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const flag = word === '--' ? undefined : parseFlag(word, shapes);
    if (word === '--') {
      pieces.push({ words: words.slice(at) });
      break;
    }
    if (!flag) pieces.push({ words: [word] });
    else if (flag.type === 'boolean') pieces.push({ flag: flag.name, words: switched(flag) });
    else if (flag.value !== undefined) pieces.push({ flag: flag.name, words: [`--${flag.name}=${flag.value}`] });
    else pieces.push({ flag: flag.name, words: valued(flag, words[(at += 1)]) });
  }
  return lastOfEach(pieces, shapes).flatMap((piece) => piece.words);
}

interface Piece {
  /** Long name; undefined for what is no flag of ours. */
  readonly flag?: string;
  readonly words: readonly string[];
}

function lastOfEach(pieces: readonly Piece[], shapes: FlagShapes): readonly Piece[] {
  const last = new Map(pieces.map((piece) => [piece.flag, piece]));
  return pieces.filter(
    (piece) => piece.flag === undefined || shapes[piece.flag]?.multiple === true || last.get(piece.flag) === piece,
  );
}

/** A value that looks like a flag has to be tied to its own. */
function valued({ name, written }: Flag, value: string | undefined): readonly string[] {
  if (value === undefined) return [written];
  return value.startsWith('-') ? [`--${name}=${value}`] : [written, value];
}

interface Flag {
  readonly name: string;
  readonly type: FlagShape['type'];
  readonly value: string | undefined;
  /** As oclif reads it, without the value. */
  readonly written: string;
}

/** The flag that a word is, if it is a known one: its long name, and the value behind `=`. */
export function parseFlag(word: string, shapes: FlagShapes): Flag | undefined {
  const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word);
  const written = match?.[1];
  if (written === undefined) return undefined;
  const name = Object.hasOwn(shapes, written)
    ? written
    : Object.keys(shapes).find((long) => shapes[long]?.char === written);
  const shape = name === undefined ? undefined : shapes[name];
  if (name === undefined || !shape) return undefined;
  return { name, type: shape.type, value: match?.[2], written: name === written ? `--${name}` : `-${written}` };
}

function switched({ name, value, written }: Flag): readonly string[] {
  if (value === undefined || TRUE.includes(value)) return [written];
  if (FALSE.includes(value)) return [];
  throw new MachineError('BadUsage', `option --${name} is a switch: true or false, got "${value}"`);
}
