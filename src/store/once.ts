/** A function that does its work on the first call and gives that answer ever after. */
export function once<T>(work: () => T): () => T {
  let answer: { readonly value: T } | undefined;
  return () => (answer ??= { value: work() }).value;
}
