import { ownerTags } from '../../src/cloud/owner.js';
import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Labels } from './api.js';
import type { GoogleOptions } from './options.js';

/** Labels take lower case, digits, `_` and `-`, 63 at most (cloud.google.com/compute/docs/labeling-resources). */
const LONGEST = 63;

/** The user's labels and berth's, the latter winning. @throws MachineError BadOption */
export function labelsOf(host: NewHost<GoogleOptions>): Labels {
  const own = [...host.options.label.map(pairOf), ...csvPairs(host.options['vm-labels'] ?? '')];
  return Object.fromEntries([...own, ...Object.entries(ownerTags(host))].map(([key, value]) => [fit(key), fit(value)]));
}

/** A text as a label may be; the exact name of a machine stands in its metadata. */
export function fit(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .slice(0, LONGEST);
}

/** Whose something is, for what has no labels and for the exact name of the machine. */
export function ownerText(machine: Pick<NewHost<unknown>, 'name' | 'id' | 'store'>): string {
  return JSON.stringify(ownerTags(machine));
}

/** The inverse of ownerText; nothing for any other text. */
export function ownerIn(text: string | undefined): Labels {
  if (!text?.startsWith('{"berth-')) return {};
  try {
    return JSON.parse(text) as Labels;
  } catch {
    return {};
  }
}

function pairOf(text: string): readonly [string, string] {
  const [, key, value] = /^([^:=]+)[:=](.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined || !/^[a-z]/i.test(key))
    throw new MachineError('BadOption', `option --google-label wants key:value, got "${text.slice(0, 40)}"`);
  return [key, value];
}

function csvPairs(text: string): (readonly [string, string])[] {
  const words = text === '' ? [] : text.split(',');
  if (words.length % 2 === 1)
    throw new MachineError('BadOption', `option --google-vm-labels wants key,value,…, got "${text.slice(0, 40)}"`);
  return words.flatMap((word, index) => (index % 2 === 1 ? [pairOf(`${words[index - 1]}:${word}`)] : []));
}
