import { google } from '../../../drivers/google/index.js';
import type { GoogleOptions } from '../../../drivers/google/options.js';
import type { OptionTable } from '../../../src/driver.js';
import type { OptionValues } from '../../../src/record.js';
import type { CloudStandIn } from '../../standins/server.js';

/** All options of the table as the command line fills them, at a stand-in. */
export function optionsFor(standIn: Pick<CloudStandIn, 'url'>, given: OptionValues = {}): GoogleOptions {
  const table: OptionTable = google.options;
  const defaults: Record<string, OptionValues[string]> = {};
  for (const [key, spec] of Object.entries(table)) {
    if ('default' in spec) defaults[key] = spec.default;
    else if (spec.kind === 'boolean') defaults[key] = false;
    else if (spec.kind === 'list') defaults[key] = [];
  }
  return { ...defaults, endpoint: standIn.url, ...given } as unknown as GoogleOptions;
}
