import type { StandInAnswer } from '../server.js';
import { invalid } from './answers.js';
import { parseFilter, type Filtered } from './filter.js';
import { begin, PROJECT, zoneUrl, type Kept, type StoodOperation, type World } from './world.js';

/** A request that was found to be as the description has it. */
export interface Asked {
  /** Of the path. */
  readonly at: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly world: World;
}
export type Handler = (asked: Asked) => StandInAnswer | Promise<StandInAnswer>;

/** Begins an operation, or finds the one that this very request began before. */
export function operate(
  { at: { zone }, query, world }: Asked,
  parts: Pick<StoodOperation, 'operationType' | 'targetLink' | 'finish'>,
): StandInAnswer {
  const requestId = query.get('requestId');
  return shown(begin(world, { ...parts, ...(zone ? { zone } : {}), ...(requestId ? { requestId } : {}) }));
}

export function shown({ name, operationType, targetLink, zone, status, error }: StoodOperation): StandInAnswer {
  const place = zone ? { zone: zoneUrl(zone) } : {};
  const selfLink = `${zone ? zoneUrl(zone) : `projects/${PROJECT}/global`}/operations/${name}`;
  const base = { kind: 'compute#operation', id: name.replace(/\D/g, ''), name, operationType, targetLink, ...place };
  return {
    status: 200,
    body: { ...base, status, progress: status === 'DONE' ? 100 : 0, selfLink, ...(error ? { error } : {}) },
  };
}

/** A list's answer, by zone for those of a whole project: what can be seen and what the filter lets through, by pages. */
export function listed({ query, world }: Asked, all: readonly Kept[], kind?: string): StandInAnswer {
  const filter = query.get('filter');
  const passes = filter === null ? () => true : parseFilter(filter);
  if (!passes) return invalid(`Invalid value for field 'filter': '${filter}'. Invalid list filter expression.`);
  const found = all.filter((one) => isSeen(one) && passes(one.value as Filtered)).map(({ value }) => value);
  const from = Number(query.get('pageToken') ?? 0);
  const to = from + world.pageSize;
  const page = found.slice(from, to);
  const next = to < found.length ? { nextPageToken: String(to) } : {};
  if (kind === undefined) return { status: 200, body: { items: page, ...next } };
  const zones = [...new Set(page.map(({ zone }) => String(zone).split('/').at(-1)))];
  const items = zones.map((zone) => [
    `zones/${zone}`,
    { [kind]: page.filter((value) => String(value['zone']).endsWith(`/${zone}`)) },
  ]);
  return { status: 200, body: { items: Object.fromEntries(items) as object, ...next } };
}

export function isSeen(one: Kept): boolean {
  if (one.unseen > 0) one.unseen -= 1;
  else return true;
  return false;
}
