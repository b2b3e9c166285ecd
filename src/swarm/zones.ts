import { majority } from './quorum.js';

/** A zone for each of the new machines, so that all are filled evenly; `taken` are the zones of those there are. */
export function spreadOver(zones: readonly string[], count: number, taken: readonly string[] = []): readonly string[] {
  const filled = [...taken];
  const uses = (zone: string): number => filled.filter((one) => one === zone).length;
  for (let index = 0; index < count && zones.length > 0; index += 1) {
    filled.push([...zones].sort((one, other) => uses(one) - uses(other))[0] ?? '');
  }
  return filled.slice(taken.length);
}

/** What is said when the loss of one zone would take the quorum, though managers are in several. */
export function zoneAdvice(zones: readonly string[]): readonly string[] {
  const named = zones.filter((zone) => zone !== '');
  if (named.length < 3 || named.length < zones.length || new Set(named).size === 1) return [];
  const crowded = [...new Set(named)].find((zone) => {
    const left = named.filter((one) => one !== zone).length;
    return left < majority(named.length);
  });
  if (crowded === undefined) return [];
  const count = named.filter((zone) => zone === crowded).length;
  return [`${count} of ${named.length} managers are in zone ${crowded}: its loss would be the cluster's`];
}
