type All<T extends readonly unknown[]> = { -readonly [K in keyof T]: Awaited<T[K]> };

/** As Promise.all, but it ends when all have: nothing is still being asked for or made when the first error is told. */
export async function allOf<T extends readonly unknown[] | []>(all: T): Promise<All<T>> {
  await Promise.allSettled(all);
  return Promise.all(all);
}
