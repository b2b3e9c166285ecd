import type { Machine } from '../record.js';

/**
 * Where a machine's private networks are, as far as its options tell, and its zone: '' where nobody knows. What is of one
 * place can be planned for before it has booted.
 */
export function placeOf({ driver, options }: Pick<Machine, 'driver' | 'options'>): { place: string; zone: string } {
  const text = (key: string): string => {
    const value = options[key];
    return typeof value === 'string' ? value : '';
  };
  const parts = (PLACES[driver] ?? []).map(text);
  const isKnown = parts.length > 0 && parts.every((part) => part !== '');
  return { place: isKnown ? [driver, ...parts].join('/') : '', zone: text('zone') };
}

/** Options that name the private network, by driver. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  nspawn: ['subnet'],
  amazonec2: ['region', 'vpc-id'],
  google: ['project', 'network'],
};
