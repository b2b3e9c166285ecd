import type { DriverContext } from '../../src/driver.js';
import { isMachineError } from '../../src/errors.js';
import { tokensOf } from './credentials.js';

const VARIABLES = ['HETZNER_API_TOKEN', 'HCLOUD_TOKEN'];

/** Which token comes first. */
export async function credentialsIn(environment: DriverContext<unknown>['environment']): Promise<string | undefined> {
  try {
    const [{ context }] = await tokensOf({ context: '' }, { environment, secrets: {} });
    if (context !== '') return `hcloud's context "${context}"`;
    return VARIABLES.find((name) => environment[name]?.trim());
  } catch (error) {
    if (isMachineError(error, 'CredentialsMissing')) return undefined;
    throw error;
  }
}
