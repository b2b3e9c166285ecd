/** What came from a cloud: nothing about it is certain. */
export type Found = Readonly<Record<string, unknown>>;

export function object(value: unknown): Found {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Found) : {};
}

export function array(value: unknown): readonly Found[] {
  return Array.isArray(value) ? value.map(object) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

export function member(value: unknown, key: string): unknown {
  return object(value)[key];
}

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
