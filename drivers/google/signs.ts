import { join } from 'node:path';
import { isReadable } from '../../src/cloud/sign.js';
import type { DriverContext } from '../../src/driver.js';
import { gcloudFolder } from './gcloud.js';
import { metadataHost } from './metadata-server.js';

const VARIABLES = [
  'GOOGLE_APPLICATION_CREDENTIALS_ENCODED_JSON',
  'GOOGLE_OAUTH_ACCESS_TOKEN',
  'CLOUDSDK_AUTH_ACCESS_TOKEN',
  'GOOGLE_APPLICATION_CREDENTIALS',
];

/** In the order of credentials.ts. */
export async function credentialsIn(environment: DriverContext<never>['environment']): Promise<string | undefined> {
  const variable = VARIABLES.find((name) => environment[name]);
  if (variable !== undefined) return variable;
  const path = join(gcloudFolder(environment), 'application_default_credentials.json');
  if (await isReadable(path)) return "gcloud's application default credentials";
  return (await metadataHost(environment)) === undefined ? undefined : "this instance's service account";
}
