import { readFile, stat } from 'node:fs/promises';
import { Fault } from '../../src/cloud/fault.js';
import { throwIfCancelled } from '../../src/errors.js';
import type { Ask, Token } from './credentials.js';
import type { Account } from './handle.js';
import { tokenIn } from './login.js';

/** Outside Azure nothing answers at the metadata service's address, in milliseconds. */
const PROBE_MS = 1_000;
const ANSWER_MS = 10_000;
/** Where Arc's agent puts the files that prove that one may read as root or as a member of its group. */
const ARC_FOLDERS = ['/var/opt/azcmagent/tokens/', 'C:\\ProgramData\\AzureConnectedMachineAgent\\Tokens\\'];
/** Arc's agent writes no longer ones, in bytes. */
const ARC_LONGEST = 4_096;

/**
 * The managed identity of an App Service, or of a server that Arc manages: their variables say where to ask
 * (learn.microsoft.com, "How to use managed identities for App Service", "Authenticate against Azure resources with Arc").
 */
export async function localIdentity(account: Account, ask: Ask): Promise<Token | undefined> {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, IMDS_ENDPOINT: arc } = ask.environment;
  if (!endpoint) return undefined;
  if (header) {
    const url = withQuery(endpoint, { 'api-version': '2019-08-01', ...wanted(account, ask) });
    return tokenIn(await answered(await get(url, ask, { 'x-identity-header': header })), ask);
  }
  if (!arc) return undefined;
  const url = withQuery(endpoint, { 'api-version': '2020-06-01', resource: account.audience });
  const challenge = await get(url, ask, { metadata: 'true' });
  const path = /realm=(.+)$/i.exec(challenge.headers.get('www-authenticate') ?? '')?.[1] ?? '';
  const proof = await proofOfArc(path);
  return tokenIn(await answered(await get(url, ask, { metadata: 'true', authorization: `Basic ${proof}` })), ask);
}

/** @throws Fault credentials for a file that Arc's agent would not name: whoever answers could ask for any file otherwise */
async function proofOfArc(path: string): Promise<string> {
  const isArcs = ARC_FOLDERS.some((folder) => path.startsWith(folder)) && path.endsWith('.key') && !path.includes('..');
  if (!isArcs) throw new Fault('credentials', `the Arc agent names an unexpected file: ${path.slice(0, 100)}`);
  try {
    if ((await stat(path)).size <= ARC_LONGEST) return await readFile(path, 'utf8');
  } catch {
    throw new Fault('credentials', `cannot read ${path}: only root and the group himds may`);
  }
  throw new Fault('credentials', `the Arc agent's file ${path} is too long`);
}

/**
 * The managed identity of a virtual machine, from its metadata service (learn.microsoft.com, "How to use managed identities on
 * an Azure VM to acquire an access token").
 */
export async function vmIdentity(account: Account, ask: Ask): Promise<Token | undefined> {
  const base = ask.environment['AZURE_POD_IDENTITY_AUTHORITY_HOST'] ?? 'http://169.254.169.254';
  const url = withQuery(`${base.replace(/\/$/, '')}/metadata/identity/oauth2/token`, {
    'api-version': '2018-02-01',
    ...wanted(account, ask),
  });
  let response: Response;
  try {
    response = await get(url, ask, { metadata: 'true' }, PROBE_MS);
  } catch {
    throwIfCancelled(ask.signal);
    return undefined;
  }
  // 400 is the answer to machines without an identity, 404 that of other clouds' metadata services.
  if (response.status === 400 || response.status === 404) return undefined;
  return tokenIn(await answered(response), ask);
}

function wanted(account: Account, { environment }: Ask): Record<string, string> {
  const clientId = account.clientId || (environment['AZURE_CLIENT_ID'] ?? '');
  return { resource: account.audience, ...(clientId === '' ? {} : { client_id: clientId }) };
}

function withQuery(endpoint: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

function get(url: string, ask: Ask, headers: Record<string, string>, withinMs = ANSWER_MS): Promise<Response> {
  const signal = AbortSignal.any([ask.signal, AbortSignal.timeout(withinMs)]);
  return fetch(url, { headers, redirect: 'manual', signal }).catch((error: unknown) => {
    throwIfCancelled(ask.signal);
    const words = error instanceof Error ? error.message : String(error);
    throw new Fault('credentials', `${new URL(url).host} gives no token: ${words}`);
  });
}

async function answered(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok)
    throw new Fault('credentials', `no token: ${text.slice(0, 300)}`, { code: `HTTP ${response.status}` });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
