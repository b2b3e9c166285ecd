import type { DriverContext } from '../../src/driver.js';
import { isMachineError } from '../../src/errors.js';
import { loginsOf } from './credentials.js';
import { identityOf } from './identity.js';

/** What a login would begin with: the cloud that is named, or the variables. */
export async function credentialsIn(environment: DriverContext<unknown>['environment']): Promise<string | undefined> {
  const secrets: Readonly<Record<string, string>> = {};
  try {
    await loginsOf(identityOf({}), { environment, secrets });
    return environment['OS_CLOUD'] ? `the cloud "${environment['OS_CLOUD']}" of clouds.yaml` : 'OS_AUTH_URL';
  } catch (error) {
    if (isMachineError(error, 'CredentialsMissing')) return undefined;
    throw error;
  }
}
