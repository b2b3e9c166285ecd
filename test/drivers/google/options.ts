import { beforeAll } from '@jest/globals';
import { google } from '../../../drivers/google/index.js';
import type { GoogleOptions } from '../../../drivers/google/options.js';
import type { OptionValues } from '../../../src/record.js';
import type { CloudStandIn } from '../../standins/server.js';
import { defaultsOf } from '../defaults.js';

/** Google's clients take seconds to load where other tests run at the same time; no test's own time shall go there. */
beforeAll(async () => void (await google.load()), 60_000);

/** All options of the table as the command line fills them, at a stand-in. */
export function optionsFor(standIn: Pick<CloudStandIn, 'url'>, given: OptionValues = {}): GoogleOptions {
  return { ...defaultsOf(google.options), endpoint: standIn.url, ...given } as OptionValues & GoogleOptions;
}
