import type { Machine } from '../record.js';

/** When its time is over, in milliseconds since the epoch; undefined where it has no limit. */
export function endOfLife({ end, createdAt }: Machine): number | undefined {
  const created = Date.parse(createdAt);
  return end?.ttlSeconds === undefined || Number.isNaN(created) ? undefined : created + end.ttlSeconds * 1000;
}

export function isExpired(machine: Machine, now: Date): boolean {
  const at = endOfLife(machine);
  return at !== undefined && at <= now.getTime();
}
