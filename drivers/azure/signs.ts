import { join } from 'node:path';
import { isReadable } from '../../src/cloud/sign.js';
import type { DriverContext } from '../../src/driver.js';

type Environment = DriverContext<unknown>['environment'];

/** In the order of credentials.ts, without asking anybody: whether a machine has an identity shows at the first request. */
export async function credentialsIn(environment: Environment): Promise<string | undefined> {
  const variables = ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_FEDERATED_TOKEN_FILE'];
  const named = environment['AZURE_CLIENT_ID'] ? variables.find((name) => environment[name]) : undefined;
  if (named !== undefined) return named;
  if (environment['IDENTITY_ENDPOINT']) return 'IDENTITY_ENDPOINT';
  return (await isReadable(profileIn(environment))) ? 'the login of az' : undefined;
}

/** az keeps what it is logged in to in this file, and removes it at its logout. */
function profileIn({ AZURE_CONFIG_DIR: folder, HOME, USERPROFILE }: Environment): string {
  return join(folder || join(HOME ?? USERPROFILE ?? '/', '.azure'), 'azureProfile.json');
}
