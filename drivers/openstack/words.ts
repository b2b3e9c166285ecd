import type { Identity } from './handle.js';
import { plain } from './values.js';

/** All that can be said about whom to ask, where and as whom. */
export type Words = Omit<Identity, 'insecure' | 'cloud'> & {
  readonly insecure: boolean | undefined;
  readonly authType: string;
  readonly password: string;
  readonly token: string;
  readonly applicationCredentialSecret: string;
};

/** The names of the words, first the environment's and then those of clouds.yaml. */
const NAMES: Readonly<Record<Exclude<keyof Words, 'insecure'>, readonly (readonly string[])[]>> = {
  authType: [['OS_AUTH_TYPE'], ['auth_type']],
  authUrl: [['OS_AUTH_URL'], ['auth_url']],
  region: [['OS_REGION_NAME'], ['region_name', 'region']],
  interface: [
    ['OS_INTERFACE', 'OS_ENDPOINT_TYPE'],
    ['interface', 'endpoint_type'],
  ],
  caCert: [['OS_CACERT'], ['cacert']],
  username: [['OS_USERNAME'], ['username', 'user_name']],
  userId: [['OS_USER_ID'], ['user_id']],
  userDomainName: [
    ['OS_USER_DOMAIN_NAME', 'OS_DOMAIN_NAME'],
    ['user_domain_name', 'domain_name'],
  ],
  userDomainId: [
    ['OS_USER_DOMAIN_ID', 'OS_DOMAIN_ID', 'OS_DEFAULT_DOMAIN'],
    ['user_domain_id', 'domain_id', 'default_domain'],
  ],
  projectName: [
    ['OS_PROJECT_NAME', 'OS_TENANT_NAME'],
    ['project_name', 'tenant_name'],
  ],
  projectId: [
    ['OS_PROJECT_ID', 'OS_TENANT_ID'],
    ['project_id', 'tenant_id'],
  ],
  projectDomainName: [
    ['OS_PROJECT_DOMAIN_NAME', 'OS_TENANT_DOMAIN_NAME', 'OS_DOMAIN_NAME'],
    ['project_domain_name', 'domain_name'],
  ],
  projectDomainId: [
    ['OS_PROJECT_DOMAIN_ID', 'OS_TENANT_DOMAIN_ID', 'OS_DOMAIN_ID', 'OS_DEFAULT_DOMAIN'],
    ['project_domain_id', 'domain_id', 'default_domain'],
  ],
  applicationCredentialId: [['OS_APPLICATION_CREDENTIAL_ID'], ['application_credential_id']],
  applicationCredentialName: [['OS_APPLICATION_CREDENTIAL_NAME'], ['application_credential_name']],
  applicationCredentialSecret: [['OS_APPLICATION_CREDENTIAL_SECRET'], ['application_credential_secret']],
  password: [['OS_PASSWORD'], ['password']],
  token: [
    ['OS_TOKEN', 'OS_AUTH_TOKEN'],
    ['token', 'auth_token'],
  ],
};

type Environment = Readonly<Record<string, string | undefined>>;

export function wordsOfEnvironment(environment: Environment): Words {
  const insecure = environment['OS_INSECURE'];
  return {
    ...named(0, (name) => environment[name]),
    insecure: insecure === undefined || insecure === '' ? undefined : /^(1|true|yes)$/i.test(insecure),
  };
}

/** An entry of clouds.yaml: words of `auth` may stand beside it too. */
export function wordsOfCloud(entry: Readonly<Record<string, unknown>>): Words {
  const auth = typeof entry['auth'] === 'object' && entry['auth'] !== null ? entry['auth'] : {};
  const all: Readonly<Record<string, unknown>> = { ...entry, ...auth };
  const verify = all['verify'] ?? (all['insecure'] === undefined ? undefined : all['insecure'] !== true);
  return {
    ...named(1, (name) => all[name]),
    insecure: verify === undefined ? undefined : /^(false|no|0)$/i.test(plain(verify)),
  };
}

function named(source: 0 | 1, valueOf: (name: string) => unknown): Omit<Words, 'insecure'> {
  const words = Object.entries(NAMES).map(([word, names]) => {
    return [word, (names[source] ?? []).map((name) => plain(valueOf(name))).find(Boolean) ?? ''] as const;
  });
  return Object.fromEntries(words) as Omit<Words, 'insecure'>;
}

/** The words that belong together: what one source says of one group is not completed by another source. */
const GROUPS: readonly (readonly (keyof Words)[])[] = [
  ['userDomainName', 'userDomainId'],
  ['projectName', 'projectId'],
  ['projectDomainName', 'projectDomainId'],
  ['applicationCredentialName', 'applicationCredentialId'],
  ['username', 'userId'],
];

/** What the first source leaves open is taken from the next one. */
export function together(...sources: readonly Partial<Words>[]): Words {
  const [first = {}, ...others] = sources;
  const rest = others.length === 0 ? EMPTY : together(...others);
  const said = Object.entries(first).filter(([, value]) => value !== '' && value !== undefined);
  const closed = GROUPS.filter((group) => said.some(([word]) => group.includes(word as keyof Words))).flat();
  const open = Object.fromEntries(closed.map((word) => [word, '']));
  return { ...rest, ...open, ...Object.fromEntries(said) };
}

const EMPTY: Words = { ...named(0, () => ''), insecure: undefined };
