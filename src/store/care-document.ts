import { isObject } from '../json.js';
import { parseName } from '../name.js';
import type { EngineOptions, JsonObject, Machine } from '../record.js';
import { numberAt, textAt } from './fields.js';

type Care = Pick<Machine, 'formerName' | 'labels' | 'note' | 'end'>;

/** What `rename`, `label`, `note`, `engine set` and the flags of an end have written down; nothing where they were not used. */
export function careDocument({ settings }: EngineOptions, { formerName, labels, note, end }: Care): JsonObject {
  return {
    ...(isFilled(settings) ? { EngineSettings: settings } : {}),
    ...(formerName === undefined ? {} : { FormerName: formerName }),
    ...(isFilled(labels) ? { Labels: labels } : {}),
    ...(note === undefined || note === '' ? {} : { Note: note }),
    ...(end?.idleSeconds === undefined ? {} : { StopAfterIdleSeconds: end.idleSeconds }),
    ...(end?.ttlSeconds === undefined ? {} : { TtlSeconds: end.ttlSeconds }),
  };
}

export function careOf(berth: JsonObject): Care {
  const former = textAt(berth, 'FormerName');
  const labels = textsByName(berth['Labels']);
  const note = textAt(berth, 'Note');
  const idleSeconds = numberAt(berth, 'StopAfterIdleSeconds');
  const ttlSeconds = numberAt(berth, 'TtlSeconds');
  const end = { ...(idleSeconds > 0 ? { idleSeconds } : {}), ...(ttlSeconds > 0 ? { ttlSeconds } : {}) };
  return {
    ...(former === '' ? {} : { formerName: parseName(former) }),
    ...(isFilled(labels) ? { labels } : {}),
    ...(note === '' ? {} : { note }),
    ...(isFilled(end) ? { end } : {}),
  };
}

export function settingsOf(berth: JsonObject): Pick<EngineOptions, 'settings'> {
  const settings = berth['EngineSettings'];
  return isObject(settings) && isFilled(settings) ? { settings } : {};
}

function textsByName(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}

function isFilled<T extends object>(value: T | undefined): value is T {
  return value !== undefined && Object.keys(value).length > 0;
}
