import { amazonec2StandIn, KEYS } from '../../standins/amazonec2/index.js';
import { azureStandIn, CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION, TENANT } from '../../standins/azure/index.js';
import { digitaloceanStandIn, TOKEN as DROPLET_TOKEN } from '../../standins/digitalocean/index.js';
import { googleStandIn, PROJECT, TOKEN } from '../../standins/google/index.js';
import { hetznerStandIn, TOKEN as HETZNER_TOKEN } from '../../standins/hetzner/index.js';
import { openstackStandIn, PASSWORD, USER } from '../../standins/openstack/index.js';
import type { CloudStandIn, Machinery } from '../../standins/server.js';

/** A cloud on loopback, and how a user names it. */
export interface Cloud extends AsyncDisposable {
  readonly driver: string;
  readonly standIn: CloudStandIn & { foreign(): readonly string[] };
  /** Words of `create` and `gc` after `--driver`. */
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

type Open = (machinery?: Machinery) => Promise<Cloud>;
type Words = (url: string) => Readonly<Record<string, string>>;

/** Every driver whose cloud there is a stand-in of. */
export const CLOUDS: readonly { readonly driver: string; readonly open: Open }[] = [
  cloud('amazonec2', (machinery) => amazonec2StandIn(given(machinery)), {
    words: (url) => ({ endpoint: url, 'access-key': KEYS.accessKey, 'secret-key': KEYS.secretKey }),
  }),
  cloud('azure', (machinery) => azureStandIn(given(machinery)), {
    words: (url) => ({
      ...{ endpoint: url, 'authority-host': url, 'subscription-id': SUBSCRIPTION, 'tenant-id': TENANT },
      ...{ 'client-id': CLIENT_ID, 'client-secret': CLIENT_SECRET },
    }),
  }),
  cloud('digitalocean', (machinery) => digitaloceanStandIn(given(machinery)), {
    words: (url) => ({ endpoint: url, 'access-token': DROPLET_TOKEN }),
  }),
  cloud('google', (machinery) => googleStandIn(given(machinery)), {
    words: (url) => ({ endpoint: url, project: PROJECT }),
    environment: { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN },
  }),
  cloud('hetzner', (machinery) => hetznerStandIn(given(machinery)), {
    words: (url) => ({ endpoint: `${url}/v1` }),
    environment: { HETZNER_API_TOKEN: HETZNER_TOKEN },
  }),
  cloud('openstack', (machinery) => openstackStandIn(given(machinery)), {
    words: (url) => ({ endpoint: `${url}/identity/v3`, username: USER }),
    environment: { OS_PASSWORD: PASSWORD, OS_PROJECT_NAME: 'demo' },
  }),
];

function cloud(
  driver: string,
  standInOf: (machinery: Machinery | undefined) => Promise<Cloud['standIn']>,
  { words, environment = {} }: { words: Words; environment?: Cloud['environment'] },
): { readonly driver: string; readonly open: Open } {
  const open: Open = async (machinery) => {
    const standIn = await standInOf(machinery);
    const flags = Object.entries(words(standIn.url)).flatMap(([name, value]) => [`--${driver}-${name}`, value]);
    return { driver, standIn, flags, environment, [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose]() };
  };
  return { driver, open };
}

function given(machinery: Machinery | undefined): { machinery?: Machinery } {
  return machinery ? { machinery } : {};
}
