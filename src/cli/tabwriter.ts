/** docker-machine's: columns at least five wide, three blanks between them. */
const LEAST = 5;
const PADDING = 3;

/**
 * Lays out text whose cells end with tabs as Go's text/tabwriter does: a column is as wide as its widest cell among the lines
 * that follow one another and have it. What stands behind a line's last tab is in no column.
 */
export function alignTabs(text: string): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  return widen(lines, { column: 0, from: 0, to: lines.length })
    .map((cells) => cells.join(''))
    .join('\n');
}

interface Block {
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

function widen(lines: readonly string[][], { column, from, to }: Block): readonly string[][] {
  let at = from;
  while (at < to) {
    const begin = at;
    while (at < to && hasCell(lines[at], column)) at += 1;
    if (at === begin) {
      at += 1;
      continue;
    }
    const block = lines.slice(begin, at);
    const width = Math.max(LEAST, ...block.map((cells) => lengthOf(cells[column]) + PADDING));
    for (const cells of block) cells[column] = (cells[column] ?? '') + ' '.repeat(width - lengthOf(cells[column]));
    widen(lines, { column: column + 1, from: begin, to: at });
  }
  return lines;
}

function hasCell(cells: readonly string[] | undefined, column: number): boolean {
  return cells !== undefined && column < cells.length - 1;
}

/** In characters, as they are seen. */
function lengthOf(cell = ''): number {
  return [...cell].length;
}
