const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** As the docker client shows sizes: three digits, powers of 1000. */
export function formatBytes(bytes: number): string {
  const power = Math.min(bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : Number(value.toPrecision(3))}${UNITS[power] ?? ''}`;
}
