import type { Reporter } from '../reporter.js';
import { isFault } from './fault.js';

/** A place and a size to try: the options of zone and type may hold several, parted by commas. */
export interface Candidate {
  readonly zone: string;
  readonly type: string;
}

/** Every zone with the first type, then every zone with the next one: the user's order of types weighs more. */
export function candidates(zones: string, types: string): readonly Candidate[] {
  const list = (text: string): string[] => {
    const items = text.split(',').map((item) => item.trim());
    return items.some(Boolean) ? items.filter(Boolean) : [''];
  };
  return list(types).flatMap((type) => list(zones).map((zone) => ({ zone, type })));
}

/** Tries one candidate after the other while the provider is out of stock. @throws the last fault, and any other at once */
export async function firstInStock<T, C extends Candidate = Candidate>(
  tries: readonly C[],
  report: Reporter,
  attempt: (candidate: C) => Promise<T>,
): Promise<T> {
  for (const [index, candidate] of tries.entries()) {
    try {
      return await attempt(candidate);
    } catch (error) {
      const next = tries[index + 1];
      if (!isFault(error, 'stock') || !next) throw error;
      report.info(
        `no ${candidate.type} in ${candidate.zone || 'this place'} now, trying ${next.type} in ${next.zone || 'another'}`,
      );
    }
  }
  throw new Error('there was nothing to try');
}
