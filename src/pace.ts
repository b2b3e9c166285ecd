import { throwIfCancelled } from './errors.js';
import { pause } from './poll.js';

/** First wait after a refusal without a Retry-After, and the longest, in milliseconds. */
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** One pace for an account, whoever asks for it. */
export function paces(rhythm: Rhythm = {}): (account: string) => Pace {
  const known = new Map<string, Pace>();
  return (account) => {
    const pace = known.get(account) ?? new Pace(rhythm);
    known.set(account, pace);
    return pace;
  };
}

/** Where a pace's time and chance come from; tests hand in their own. */
export interface Rhythm {
  readonly random?: () => number;
  readonly now?: () => number;
  /** The first wait after a refusal, in milliseconds. */
  readonly firstMs?: number;
}

/**
 * How fast one account of a provider may be asked. Everybody who asks shares it: a refusal for one machine slows all of them
 * down, so that twenty machines made at once do not come back in step. Delays are "full jitter" between half and the whole
 * of an exponential back-off.
 */
export class Pace {
  /** The first wait after a refusal, in milliseconds; also what whoever asks again after a lost answer begins with. */
  readonly firstMs: number;
  readonly #random: () => number;
  readonly #now: () => number;
  #refusals = 0;
  #notBefore = 0;

  constructor({ random = Math.random, now = performance.now.bind(performance), firstMs = FIRST_MS }: Rhythm = {}) {
    this.firstMs = firstMs;
    this.#random = random;
    this.#now = now;
  }

  /** Waits until the provider may be asked again. @throws MachineError Cancelled */
  async turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      throwIfCancelled(signal);
      const waitMs = this.#notBefore - this.#now();
      if (waitMs <= 0) return;
      // Those that wait together set off apart.
      await pause(waitMs + this.#random() * Math.min(waitMs, 1_000), signal);
    }
  }

  /** The provider has said "too fast"; it may have said for how long, in milliseconds. */
  refused(retryAfterMs?: number): void {
    // Requests that were under way together are refused together: that counts once.
    const isKnown = this.#now() < this.#notBefore;
    if (isKnown && retryAfterMs === undefined) return;
    const exponential = Math.min(this.firstMs * 2 ** this.#refusals, LONGEST_MS);
    const waitMs = retryAfterMs ?? exponential * (0.5 + this.#random() / 2);
    if (!isKnown) this.#refusals += 1;
    this.#notBefore = Math.max(this.#notBefore, this.#now() + waitMs);
  }

  /** The provider has answered: each answer takes back one refusal, so that one lucky request does not set off all the others. */
  accepted(): void {
    this.#refusals = Math.max(0, this.#refusals - 1);
  }
}
