import type { Severity } from './finding.js';

/** What provisioning renews too: people hear of it two months ahead. */
const SOON_MS = 60 * 86_400_000;

export interface Expiry {
  readonly id: 'expired' | 'expiring';
  readonly severity: Severity;
  /** "expired on 2026-01-31" */
  readonly words: string;
}

/** Undefined while there is time. */
export function expiryOf(ends: Date, now: Date): Expiry | undefined {
  if (ends < now) return { id: 'expired', severity: 'error', words: `expired on ${day(ends)}` };
  if (ends.getTime() - now.getTime() > SOON_MS) return undefined;
  return { id: 'expiring', severity: 'warning', words: `expires on ${day(ends)}` };
}

/** "2026-01-31", UTC. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
