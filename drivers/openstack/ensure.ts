import { isFault } from '../../src/cloud/fault.js';
import { type Found } from '../../src/cloud/found.js';
import { pause } from '../../src/poll.js';
import type { Api } from './client.js';

export interface Wanted {
  /** What an earlier call has made, by its tags. */
  readonly find: () => Promise<Found | undefined>;
  readonly make: () => Promise<Found>;
  /** An earlier call may have made it. */
  readonly isLookedFor: boolean;
}

/** How often it is asked for, and how often a lost answer is asked after: clouds may still be at it. */
const TRIES = 5;
const LOOKS = 3;

/** Makes something once: none of OpenStack's interfaces knows a request again. */
export async function ensure({ find, make, isLookedFor }: Wanted, api: Api): Promise<Found> {
  for (let tries = 1; ; tries += 1) {
    const found = tries === 1 ? await (isLookedFor ? find() : undefined) : await lookedAfter(find, api);
    if (found) return found;
    try {
      return await make();
    } catch (error) {
      if (!isFault(error, 'unavailable') || tries >= TRIES) throw error;
    }
  }
}

async function lookedAfter(find: Wanted['find'], { rhythm }: Api): Promise<Found | undefined> {
  for (let look = 0; look < LOOKS; look += 1) {
    const found = await find();
    if (found) return found;
    await pause((rhythm.everyMs ?? 0) * 2 ** look, rhythm.signal);
  }
  return undefined;
}
