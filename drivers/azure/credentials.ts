import { readFile } from 'node:fs/promises';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { isFault } from '../../src/cloud/fault.js';
import { clientAssertion } from './assertion.js';
import { azLogin } from './az.js';
import type { Account } from './handle.js';
import { localIdentity, vmIdentity } from './identity.js';
import { grant, tenantOf } from './login.js';
import { once } from './once.js';

export type Ask = Pick<DriverContext<unknown>, 'secrets' | 'environment' | 'signal' | 'pace' | 'now'>;

export interface Token {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Where the login has a default one: the az program's. */
  readonly subscription?: string;
}

/** One way to log in; undefined when the user does not have it. */
type Way = (account: Account, ask: Ask) => Promise<Token | undefined>;

/** The order of Azure's own libraries, but for the az program: the metadata service is asked last, for it answers late. */
const WAYS: readonly Way[] = [bySecret, byCertificate, byFederation, localIdentity, azLogin, vmIdentity];

/** A token that is about to run out is not used any more, in milliseconds. */
const MARGIN_MS = 120_000;

/**
 * The token of an account, the same for all machines of this run until it runs out or is refused.
 * @throws MachineError CredentialsMissing, CredentialsRefused; Fault credentials
 */
export async function tokenOf(account: Account, ask: Ask, renew = false): Promise<Token> {
  const { authority, audience, subscription, tenant, clientId, certificatePath } = account;
  const login = [authority, audience, subscription, tenant, clientId, certificatePath, ask.secrets['client-secret']];
  const key = `token ${JSON.stringify(login)}`;
  const held = once(ask, key, () => logIn(account, ask));
  const token = await held;
  if (!renew && token.expiresAt - MARGIN_MS > ask.now().getTime()) return token;
  return once(ask, key, () => logIn(account, ask), held);
}

async function logIn(account: Account, ask: Ask): Promise<Token> {
  let refused: Error | undefined;
  for (const way of WAYS) {
    try {
      const token = await way(account, ask);
      if (token) return token;
    } catch (error) {
      // What is written down may have been replaced since: the environment's own is asked next.
      if (!isFault(error, 'credentials')) throw error;
      refused ??= error;
    }
  }
  if (refused !== undefined) throw refused;
  throw new MachineError('CredentialsMissing', 'no Azure credentials were found', {
    suggestions: [
      'az login',
      'export AZURE_TENANT_ID=… AZURE_CLIENT_ID=… AZURE_CLIENT_SECRET=…',
      'Give --azure-client-id and --azure-client-secret or --azure-client-certificate-path',
    ],
  });
}

/** The application that the machine was made with, then the environment's where it is another one by now. */
async function bySecret(account: Account, ask: Ask): Promise<Token | undefined> {
  const { AZURE_CLIENT_ID: id, AZURE_CLIENT_SECRET: secret } = ask.environment;
  const pairs = [
    [account.clientId || id, ask.secrets['client-secret']],
    [id, secret],
  ] as const;
  let refused: Error | undefined;
  for (const [clientId, clientSecret] of new Map(pairs.map((pair) => [pair.join(' '), pair])).values()) {
    if (!clientId || !clientSecret) continue;
    try {
      return await grant(account, ask, { client_id: clientId, client_secret: clientSecret });
    } catch (error) {
      if (!isFault(error, 'credentials')) throw error;
      refused ??= error;
    }
  }
  if (refused !== undefined) throw refused;
  return undefined;
}

async function byCertificate(account: Account, ask: Ask): Promise<Token | undefined> {
  const { AZURE_CLIENT_ID: id = '', AZURE_CLIENT_CERTIFICATE_PATH: named = '' } = ask.environment;
  const [clientId, path] = [account.clientId || id, account.certificatePath || named];
  if (clientId === '' || path === '') return undefined;
  const pem = await readText(path, 'the certificate to log in with');
  const passphrase = ask.environment['AZURE_CLIENT_CERTIFICATE_PASSWORD'];
  const audience = `${account.authority}/${await tenantOf(account, ask)}/oauth2/v2.0/token`;
  const assertion = clientAssertion(
    { pem, path, ...(passphrase ? { passphrase } : {}) },
    { clientId, audience, now: ask.now() },
  );
  return grant(account, ask, { client_id: clientId, ...asserted(assertion) });
}

/** Workload identity: the token in a file is somebody else's word for who this is. */
async function byFederation(account: Account, ask: Ask): Promise<Token | undefined> {
  const { AZURE_FEDERATED_TOKEN_FILE: path = '', AZURE_CLIENT_ID: id = '' } = ask.environment;
  const clientId = account.clientId || id;
  if (clientId === '' || path === '') return undefined;
  const token = await readText(path, 'the token to log in with');
  return grant(account, ask, { client_id: clientId, ...asserted(token.trim()) });
}

/** RFC 7523, 2.2. */
function asserted(assertion: string): Record<string, string> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}

async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MachineError('CredentialsMissing', `cannot read ${what}`, { cause });
  }
}
