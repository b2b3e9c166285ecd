/** One line a file, redrawn in place while it is copied. */
export function copyProgress(
  write: (text: string) => void,
  columns: number,
): (file: string, done: number, total: number) => void {
  return (file, done, total) => {
    const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
    const line = `${file} ${percent}% ${size(done)} of ${size(total)}`.slice(0, columns - 1);
    write(`\r\u001b[2K${line}${done >= total ? '\n' : ''}`);
  };
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes === 0 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}
