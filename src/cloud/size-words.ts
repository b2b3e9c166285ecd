export interface SizeFacts {
  readonly cpus: number;
  /** In GB. */
  readonly memory: number;
  /** In GB; absent where disks are apart from sizes. */
  readonly disk?: number;
  /** Of a month, with its currency: "6.00 USD". */
  readonly price?: string | undefined;
}

/** What decides between sizes, in one line; what is not known is left out. */
export function sizeWords({ cpus, memory, disk = 0, price }: SizeFacts): string {
  return [
    ...(cpus > 0 ? [`${cpus} CPU${cpus === 1 ? '' : 's'}`] : []),
    ...(memory > 0 ? [`${rounded(memory)} GB memory`] : []),
    ...(disk > 0 ? [`${rounded(disk)} GB disk`] : []),
    ...(price ? [`${price} a month`] : []),
  ].join(', ');
}

function rounded(amount: number): string {
  return String(Math.round(amount * 10) / 10);
}
