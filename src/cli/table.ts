/**
 * A table as docker-machine's tabwriter lays it out: cells padded to the widest of their column plus three blanks, at least
 * five wide, the last column as long as its text. Line breaks in cells become blanks: one row is one line.
 */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map((cell) => cell.replace(/\s*[\r\n\t]+\s*/g, ' ').trimEnd()));
  const widths: number[] = [];
  for (const row of clean)
    row.slice(0, -1).forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(Math.max((widths[column] ?? 0) + 3, 5))))
      .join('');
  return clean.map((row) => `${line(row)}\n`).join('');
}
