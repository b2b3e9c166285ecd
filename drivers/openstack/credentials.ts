import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { wordsOf } from './clouds.js';
import type { Identity } from './handle.js';
import { together, wordsOfEnvironment, type Words } from './words.js';

type Ask = Pick<DriverContext<unknown>, 'secrets' | 'environment'>;

/** One way to get a token. */
export interface Login {
  readonly words: Words;
  /** Body of POST /v3/auth/tokens (docs.openstack.org/api-ref/identity/v3, "Authentication and token management"). */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Ways to log in, in the order in which they are tried; the next one only where the one before is refused. First what the
 * options say, over the cloud of clouds.yaml that is named, over the environment; then each of these alone, for machines whose
 * credentials have been changed since.
 * @throws MachineError CredentialsMissing, BadOption
 */
export async function loginsOf(identity: Identity, ask: Ask): Promise<readonly [Login, ...Login[]]> {
  const { environment, secrets } = ask;
  const given: Partial<Words> = {
    ...without(identity),
    insecure: identity.insecure ? true : undefined,
    password: secrets['password'] ?? '',
    token: secrets['token'] ?? '',
    applicationCredentialSecret: secrets['application-credential-secret'] ?? '',
  };
  const cloud = identity.cloud || environment['OS_CLOUD'] || '';
  const bases = [...(cloud === '' ? [] : [await wordsOf(cloud, environment)]), wordsOfEnvironment(environment)];
  const ways = [...bases.map((base) => together(given, base)), ...bases];
  const [first, ...others] = ways.map((words) => ({ words: checked(words), lacks: lacks(words) }));
  if (!first) throw new Error('there is a way, whole or not');
  const whole = [first, ...others].filter((way) => way.lacks === undefined);
  const logins = whole.map(({ words }) => ({ words, body: bodyOf(words) }));
  const seen = logins.map((login) => JSON.stringify([login.words.authUrl, login.body]));
  const [login, ...more] = logins.filter((_one, index) => seen.indexOf(seen[index] ?? '') === index);
  if (!login) throw missing(first.lacks ?? '');
  return [login, ...more];
}

function without({ cloud: _cloud, ...identity }: Identity): Omit<Identity, 'cloud'> {
  return identity;
}

/** @throws MachineError BadOption for what Keystone v3 has no more */
function checked(words: Words): Words {
  if (/\/v2(\.0)?\/?$/.test(words.authUrl))
    throw new MachineError('BadOption', `version 2 of Keystone is retired, berth speaks 3, got "${words.authUrl}"`, {
      suggestions: [`--openstack-auth-url ${words.authUrl.replace(/\/v2(\.0)?\/?$/, '/v3')}`],
    });
  const method = words.authType.toLowerCase();
  if (method === '' || METHODS.some((one) => one === method)) return words;
  throw new MachineError('BadOption', `auth type "${words.authType}" is not spoken`, {
    suggestions: ['Use v3applicationcredential, v3password or v3token'],
  });
}

const METHODS = ['password', 'v3password', 'token', 'v3token', 'v3applicationcredential', 'v3multifactor'] as const;

type Method = 'password' | 'token' | 'application_credential';

function methodOf(words: Words): Method {
  const type = words.authType.toLowerCase();
  if (type.endsWith('applicationcredential')) return 'application_credential';
  if (type.endsWith('token')) return 'token';
  if (type.endsWith('password')) return 'password';
  if (words.applicationCredentialId || words.applicationCredentialName) return 'application_credential';
  return words.token !== '' && words.password === '' ? 'token' : 'password';
}

/** What there is too little of, in words; undefined for what is whole. */
function lacks(words: Words): string | undefined {
  if (words.authUrl === '') return 'URL of Keystone';
  const method = methodOf(words);
  const user = words.userId || words.username;
  if (method === 'token') return words.token === '' ? 'token' : undefined;
  if (method === 'password') {
    if (user === '') return 'user';
    return words.password === '' ? 'password' : undefined;
  }
  if (words.applicationCredentialSecret === '') return 'secret of the application credential';
  return words.applicationCredentialId === '' && user === '' ? 'user of the application credential' : undefined;
}

function bodyOf(words: Words): Readonly<Record<string, unknown>> {
  const method = methodOf(words);
  const identity = { methods: [method], [method]: methodBody(method, words) };
  const scope = method === 'application_credential' ? undefined : scopeOf(words);
  return { auth: { identity, ...(scope ? { scope } : {}) } };
}

function methodBody(method: Method, words: Words): unknown {
  if (method === 'token') return { id: words.token };
  if (method === 'password') return { user: { ...userOf(words), password: words.password } };
  const secret = words.applicationCredentialSecret;
  return words.applicationCredentialId === ''
    ? { name: words.applicationCredentialName, user: userOf(words), secret }
    : { id: words.applicationCredentialId, secret };
}

function userOf({ userId, username, userDomainId, userDomainName }: Words): Readonly<Record<string, unknown>> {
  return userId === '' ? { name: username, domain: domain(userDomainName, userDomainId) } : { id: userId };
}

function scopeOf(words: Words): Readonly<Record<string, unknown>> | undefined {
  const { projectId, projectName, projectDomainName: name, projectDomainId: id } = words;
  if (projectId !== '') return { project: { id: projectId } };
  if (projectName === '') return undefined;
  const own = name || id ? domain(name, id) : domain(words.userDomainName, words.userDomainId);
  return { project: { name: projectName, domain: own } };
}

/** Keystone's first domain is called so by every installation. */
function domain(name: string, id: string): Readonly<Record<string, string>> {
  if (id !== '') return { id };
  return name === '' ? { id: 'default' } : { name };
}

function missing(what: string): MachineError {
  const isNothing = what === 'URL of Keystone';
  const message = isNothing ? 'there are no credentials for OpenStack' : `there is no ${what} for OpenStack`;
  return new MachineError('CredentialsMissing', message, {
    suggestions: [
      'export OS_CLOUD=…  (an entry of ~/.config/openstack/clouds.yaml)',
      'export OS_AUTH_URL=… OS_APPLICATION_CREDENTIAL_ID=… OS_APPLICATION_CREDENTIAL_SECRET=…',
      'source openrc.sh  (the file that the cloud has for you)',
    ],
  });
}
