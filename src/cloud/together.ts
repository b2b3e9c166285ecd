/** As Promise.all, but what was begun has ended when the first failure is thrown: nothing goes on asking unheard. */
export async function together<T extends readonly unknown[]>(
  work: readonly [...T],
): Promise<{
  -readonly [K in keyof T]: Awaited<T[K]>;
}> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
