import { Fault } from '../../src/cloud/fault.js';
import { createRest, type Rest } from '../../src/cloud/rest.js';
import { MachineError } from '../../src/errors.js';
import type { Ask, Token } from './credentials.js';
import { faultOf } from './faults.js';
import type { Account } from './handle.js';
import { once } from './once.js';
import { API } from './versions.js';

/** A tenant is a UUID or a domain; it becomes a part of a URL. */
const TENANT = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

/** One pace for everything that is asked about one subscription. */
export function accountName({ endpoint, subscription }: Pick<Account, 'endpoint' | 'subscription'>): string {
  return `azure ${endpoint} ${subscription}`;
}

/** Client credentials of OAuth 2 (RFC 6749, 4.4) at the tenant's place to log in. @throws Fault credentials when it refuses them */
export async function grant(account: Account, ask: Ask, proof: Readonly<Record<string, string>>): Promise<Token> {
  const tenant = await tenantOf(account, ask);
  const answer = await restAt(
    account.authority,
    account,
    ask,
  )({
    method: 'POST',
    path: `/${tenant}/oauth2/v2.0/token`,
    form: { grant_type: 'client_credentials', scope: `${account.audience.replace(/\/$/, '')}/.default`, ...proof },
    repeatable: true,
  });
  return tokenIn(answer.body, ask);
}

/** The tenant of the account, or that of its subscription: Resource Manager names it when it is asked without a token. */
export async function tenantOf(account: Account, ask: Ask): Promise<string> {
  const { AZURE_TENANT_ID: fromEnvironment = '' } = ask.environment;
  const tenant = account.tenant || fromEnvironment || (await once(ask, `tenant ${accountName(account)}`, discovered));
  if (TENANT.test(tenant)) return tenant;
  const shown = JSON.stringify(tenant.slice(0, 40));
  throw new MachineError('BadOption', `option --azure-tenant-id wants a UUID or a domain, got ${shown}`);

  async function discovered(): Promise<string> {
    let found: string | undefined;
    const rest = restAt(account.endpoint, account, ask, (headers) => (found = tenantIn(headers)));
    const path = `/subscriptions/${account.subscription}`;
    await rest({ method: 'GET', path, query: { 'api-version': API.subscriptions } }).catch((error: unknown) => {
      if (found === undefined) throw error;
    });
    if (found !== undefined) return found;
    throw new MachineError('CredentialsMissing', 'the tenant of the subscription is not known', {
      suggestions: ['Give --azure-tenant-id or AZURE_TENANT_ID', 'az account show --query tenantId'],
    });
  }
}

function tenantIn(headers: Headers): string | undefined {
  return /authorization_uri="[^"]*\/([^/"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1];
}

function restAt(base: string, account: Account, ask: Ask, onRefusal: (headers: Headers) => void = () => {}): Rest {
  return createRest({
    ...{ base, pace: ask.pace(accountName(account)), signal: ask.signal },
    authorize: () => Promise.resolve({}),
    faultOf: (refusal) => {
      onRefusal(refusal.headers);
      return faultOf(refusal);
    },
  });
}

/** As Entra and the metadata services spell it; times come as numbers or as text, from now or since 1970. @throws Fault credentials */
export function tokenIn(body: unknown, { now }: Pick<Ask, 'now'>): Token {
  const { access_token: value, expires_in, expires_on } = (body ?? {}) as Record<string, unknown>;
  if (typeof value !== 'string' || value === '') throw new Fault('credentials', 'the answer holds no token');
  const [lifeS, endS] = [Number(expires_in), Number(expires_on)];
  const expiresAt = lifeS > 0 ? now().getTime() + lifeS * 1_000 : endS > 0 ? endS * 1_000 : now().getTime() + 300_000;
  return { value, expiresAt };
}
