import type { OptionTable } from '../../src/driver.js';
import type { OptionValues } from '../../src/record.js';

/** All options of a table as the command line fills them when nothing is given. */
export function defaultsOf(table: OptionTable): OptionValues {
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, spec]) => {
      if ('default' in spec) return [[key, spec.default]];
      return spec.kind === 'string' || spec.kind === 'integer' ? [] : [[key, spec.kind === 'list' ? [] : false]];
    }),
  );
}
