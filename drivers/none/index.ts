import { defineDriver } from '../../src/driver.js';

/** No machine at all: a name for an engine that answers at a URL already. */
export const none = defineDriver({
  name: 'none',
  title: 'An engine at a URL',
  options: {
    url: {
      kind: 'string',
      required: true,
      flag: 'url',
      help: 'URL of the engine, tcp://host:2376 say',
      wants: wantsUrl,
    },
  },
  features: { plantsKeys: false, powers: false, ssh: false, local: false },
  toStored: (options) => ({ URL: options.url }),
  fromStored: (stored) => {
    const url = typeof stored['URL'] === 'string' ? stored['URL'] : '';
    return { options: { url }, resource: { url } };
  },
  login: () => ({ user: '', port: 0 }),
  url: (options) => options.url,
  load: async () => (await import('./driver.js')).driver,
});

export function wantsUrl(value: string): string | undefined {
  const isUrl = URL.canParse(value) && new URL(value).hostname !== '';
  return isUrl ? undefined : 'a URL such as tcp://192.0.2.7:2376';
}
