/** For sort: by the units of the texts, which needs none of the language's tables and is the same everywhere. */
export function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
