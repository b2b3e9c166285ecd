import type { OptionTable } from '../driver.js';
import { optionTable } from '../plugin/options.js';
import { SHARED_FLAGS } from '../plugin/shared-flags.js';

/** Of our own flags those that were given and that a driver binary wants to see too, as options of that driver. */
export function sharedOptions(driver: string, flags: Readonly<Record<string, unknown>>): OptionTable {
  return optionTable(
    driver,
    SHARED_FLAGS.filter(({ name, value }) => flags[name] !== value && isGiven(flags[name])),
  );
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '' && value !== false;
}
