import { text, type Found } from '../../src/cloud/found.js';

/** What YAML and environments hold: texts, numbers and truth values alike. */
export function plain(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim() : '';
}

export function idOf(found: Found | undefined): string {
  return text(found?.['id']);
}

export function nameOf(found: Found | undefined): string {
  return text(found?.['name']);
}

/** The items of an option that takes several, parted by commas. */
export function items(list: string | undefined): readonly string[] {
  return (list ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}
