import { candidates, type Candidate } from '../../src/cloud/stock.js';
import { MachineError } from '../../src/errors.js';
import type { GoogleOptions } from './options.js';

/** A place and a size to try, with the disk that goes with it. */
export interface Choice extends Candidate {
  readonly diskType: string;
  /** 0 is the disk type's default. */
  readonly iops: number;
  readonly throughput: number;
}

/** All choices in the order in which they are tried: every zone with the first type, then with the next. */
export function choicesOf(options: GoogleOptions, zones: readonly string[]): readonly Choice[] {
  const disk = {
    diskType: options['disk-type'],
    iops: options['provisioned-iops'],
    throughput: options['provisioned-throughput'],
  };
  const selections = options['flex-selection'].map((text) => ({ ...disk, ...selectionOf(text) }));
  if (selections.length > 0) return selections.flatMap((one) => zones.map((zone) => ({ ...one, zone })));
  return candidates(zones.join(','), options['machine-type']).map((one) => ({ ...disk, ...one }));
}

const KEYS = ['machine-type', 'disk-type', 'disk-iops', 'disk-throughput'];

/** @throws MachineError BadOption */
function selectionOf(text: string): { type: string } & Partial<Choice> {
  const words = text.split(',').map((pair) => pair.split('=').map((word) => word.trim()));
  const given = new Map(words.map(([key = '', value = '']) => [key, value]));
  const [type, diskType] = [given.get('machine-type'), given.get('disk-type')];
  const [iops, throughput] = ['disk-iops', 'disk-throughput'].map((key) => number(given.get(key), text));
  if (!type || words.some(([key = '', value]) => !KEYS.includes(key) || !value)) throw badSelection(text);
  return {
    type,
    ...(diskType ? { diskType } : {}),
    ...(iops === undefined ? {} : { iops }),
    ...(throughput === undefined ? {} : { throughput }),
  };
}

function number(value: string | undefined, text: string): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw badSelection(text);
  return Number(value);
}

function badSelection(text: string): MachineError {
  return new MachineError(
    'BadOption',
    `option --google-flex-selection wants machine-type=TYPE[,disk-…=…], got "${text.slice(0, 20)}"`,
  );
}

/** The zones that --google-location-zone leaves of a region's. @throws MachineError BadOption */
export function allowedZones(zones: readonly string[], rules: readonly string[]): readonly string[] {
  const parsed = rules.map((rule) => {
    const [, zone = '', word = 'ALLOW'] = /^([a-z0-9-]+)(?::(ALLOW|DENY|PREFERRED))?$/i.exec(rule) ?? [];
    if (zones.includes(zone)) return { zone, denied: word.toUpperCase() === 'DENY' };
    throw new MachineError('BadOption', `option --google-location-zone wants ZONE[:ALLOW|:DENY], got "${rule}"`, {
      suggestions: [`The zones there are ${zones.join(', ')}`],
    });
  });
  const allowed = parsed.filter(({ denied }) => !denied).map(({ zone }) => zone);
  const denied = parsed.filter((one) => one.denied).map(({ zone }) => zone);
  return (allowed.length > 0 ? allowed : zones).filter((zone) => !denied.includes(zone));
}

/** "us-central1-a" → "us-central1". */
export function regionOf(zone: string): string {
  return zone.replace(/-[^-]+$/, '');
}
