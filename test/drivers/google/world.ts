import { google } from '../../../drivers/google/index.js';
import type { GoogleMachine } from '../../../drivers/google/machine.js';
import type { GoogleOptions } from '../../../drivers/google/options.js';
import type { Driver, NewHost } from '../../../src/driver.js';
import type { OptionValues } from '../../../src/record.js';
import { googleStandIn, PROJECT, TOKEN, type GoogleStandIn } from '../../standins/google/index.js';
import { contextOf, newHost, type TestContext } from '../contract.js';
import { optionsFor } from './options.js';

export interface Stand extends AsyncDisposable {
  readonly standIn: GoogleStandIn;
  readonly driver: Driver<GoogleOptions, GoogleMachine>;
  readonly context: TestContext;
  host(given?: OptionValues): NewHost<GoogleOptions>;
}

/** A stand-in, and a driver and a context to ask it with. */
export async function googleStand(): Promise<Stand> {
  const standIn = await googleStandIn();
  return {
    standIn,
    driver: await google.load(),
    context: contextOf({ environment: { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN } }),
    host: (given = {}) => newHost(optionsFor(standIn, { project: PROJECT, ...given })) as NewHost<GoogleOptions>,
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
}
