import type { DriverContext } from '../../src/driver.js';
import { paces } from '../../src/pace.js';
import type { Json } from '../../src/record.js';
import { silentReporter } from '../../src/reporter.js';

/** What a driver is called with where the test cares for nothing of it. */
export function driverContext(of: Partial<DriverContext<Json>> = {}): DriverContext<Json> {
  return {
    report: silentReporter,
    signal: new AbortController().signal,
    secrets: {},
    environment: {},
    now: () => new Date(),
    pace: paces(),
    keep: async () => {},
    ...of,
  };
}
