import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GoogleAuth, type AuthClient, type JWTInput } from 'google-auth-library';
import { Fault } from '../../src/cloud/fault.js';
import { isReadable } from '../../src/cloud/sign.js';
import type { DriverContext } from '../../src/driver.js';
import { MachineError, systemCode, throwIfCancelled } from '../../src/errors.js';
import { gcloudFolder } from './gcloud.js';
import { metadataToken, metadataHost } from './metadata-server.js';

/** Who asks. Made anew for every verb, so that what has changed since is seen. */
export interface Credentials {
  /** Headers of a request; `renew` when the last ones were refused. @throws Fault */
  headers(renew: boolean): Promise<Readonly<Record<string, string>>>;
  /** The project that they name. */
  readonly project?: string;
}
export type Surroundings = Pick<DriverContext<never>, 'secrets' | 'environment' | 'signal'>;

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * The first of: --google-auth-encoded-json, --google-credentials-file, an access token in the environment, application
 * default credentials (GOOGLE_APPLICATION_CREDENTIALS, gcloud's file, the metadata server).
 * @throws MachineError CredentialsMissing, BadOption for a file that cannot be read
 */
export async function findCredentials(file: string | undefined, around: Surroundings): Promise<Credentials> {
  const { secrets, environment } = around;
  const encoded = secrets['auth-encoded-json'];
  if (encoded) return fromJson(async () => decoded(encoded), around);
  if (file) return fromJson(() => jsonFile(file, 'option --google-credentials-file'), around);
  const token = environment['GOOGLE_OAUTH_ACCESS_TOKEN'] ?? environment['CLOUDSDK_AUTH_ACCESS_TOKEN'];
  if (token) return { headers: async () => ({ authorization: `Bearer ${token}` }) };
  const named = environment['GOOGLE_APPLICATION_CREDENTIALS'];
  if (named) return fromJson(() => jsonFile(named, 'GOOGLE_APPLICATION_CREDENTIALS'), around);
  const gcloud = join(gcloudFolder(environment), 'application_default_credentials.json');
  if (await isReadable(gcloud)) return fromJson(() => jsonFile(gcloud, "gcloud's file"), around);
  const host = await metadataHost(environment);
  if (host !== undefined) return { headers: remembered(() => metadataToken(host, around.signal)) };
  throw new MachineError('CredentialsMissing', 'there are no credentials for Google Compute Engine', {
    suggestions: [
      'gcloud auth application-default login',
      'export GOOGLE_APPLICATION_CREDENTIALS=/path/to/service-account.json',
      'Give the JSON file of a service account as --google-credentials-file',
    ],
  });
}

/** Asks once; the metadata server's tokens outlive what is done with them, and what is refused is asked for anew. */
function remembered(ask: () => ReturnType<Credentials['headers']>): Credentials['headers'] {
  let last: ReturnType<Credentials['headers']> | undefined;
  return (renew) => {
    if (renew || last === undefined) last = ask();
    return last;
  };
}

async function fromJson(read: () => Promise<JWTInput>, { signal }: Surroundings): Promise<Credentials> {
  const json = await read();
  const project = json.project_id ?? json.quota_project_id;
  let client = clientOf(json);
  return {
    ...(project ? { project } : {}),
    headers: async (renew) => {
      if (renew) client = clientOf(await read());
      try {
        return Object.fromEntries(await client.getRequestHeaders());
      } catch (error) {
        throwIfCancelled(signal);
        throw tokenFault(error);
      }
    },
  };
}

/** Service accounts sign their own tokens; users' and federated credentials are exchanged for one. */
function clientOf(json: JWTInput): AuthClient {
  const auth = new GoogleAuth<AuthClient>({ scopes: [SCOPE] });
  auth.useJWTAccessWithScope = true;
  try {
    return auth.fromJSON(json);
  } catch (cause) {
    throw new MachineError('CredentialsRefused', "the JSON of Google's credentials is not complete", { cause });
  }
}

/** The token service's refusal; its words, not the library's error, which holds the request. */
function tokenFault(error: unknown): Fault {
  const words = error instanceof Error ? error.message : String(error);
  const status = error instanceof Error && 'status' in error ? Number(error.status) : Number.NaN;
  const isLost = systemCode(error) !== undefined && Number.isNaN(status);
  return status >= 500 || isLost ? new Fault('unavailable', words) : new Fault('credentials', words);
}

/** As it is, or in base64 as Rancher's fork takes it too. */
function decoded(text: string): JWTInput {
  const json = text.trimStart().startsWith('{') ? text : Buffer.from(text, 'base64').toString('utf8');
  return parsed(json, 'option --google-auth-encoded-json');
}

async function jsonFile(path: string, named: string): Promise<JWTInput> {
  try {
    return parsed(await readFile(path, 'utf8'), named);
  } catch (cause) {
    if (systemCode(cause) === undefined) throw cause;
    throw new MachineError('BadOption', `cannot read the credentials that ${named} names`, { cause });
  }
}

function parsed(text: string, named: string): JWTInput {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // The text is a secret, and so may be the words of the parser about it.
  }
  throw new MachineError('BadOption', `${named} wants the JSON of credentials`);
}
