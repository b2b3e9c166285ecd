/** An error's message is one line of about 100 characters; the names have this many of them. */
const ROOM = 40;

/** `m1, m2 and 3 more`: as many names as there is room for, at least one. */
export function nameList(names: readonly string[]): string {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length > 0 && [...shown, name].join(', ').length > ROOM) break;
    shown.push(name);
  }
  const rest = names.length - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}
