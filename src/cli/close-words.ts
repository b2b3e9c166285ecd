/** The known words that a word may be a slip of, the closest first. */
export function closeTo(word: string, known: readonly string[]): readonly string[] {
  // One slip in three letters still is the same word.
  const most = Math.max(1, word.length / 3);
  return known
    .map((other) => ({ other, slips: distance(other, word) }))
    .filter(({ slips }) => slips <= most)
    .sort((a, b) => a.slips - b.slips)
    .map(({ other }) => other);
}

/** Letters to add, drop or change to come from one word to the other. */
function distance(one: string, other: string): number {
  let row = [...Array(other.length + 1).keys()];
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, otherLetter] of [...other].entries()) {
      next.push(Math.min((row[j] ?? 0) + (letter === otherLetter ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
