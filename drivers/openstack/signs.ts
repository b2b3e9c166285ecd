import { undefinedWhenMissing } from '../../src/cloud/sign.js';
import type { DriverContext } from '../../src/driver.js';
import { loginsOf } from './credentials.js';
import { identityOf } from './identity.js';

/** What a login would begin with: the cloud that is named, or the variables. */
export async function credentialsIn(environment: DriverContext<unknown>['environment']): Promise<string | undefined> {
  const logins = await loginsOf(identityOf({}), { environment, secrets: {} }).catch(undefinedWhenMissing);
  if (!logins) return undefined;
  return environment['OS_CLOUD'] ? `the cloud "${environment['OS_CLOUD']}" of clouds.yaml` : 'OS_AUTH_URL';
}
