import { defineDriver } from '../../src/driver.js';
import type { DropletMachine } from './handle.js';
import { options } from './options.js';
import { fromStored, storedSecrets, toStored } from './stored.js';

/** Droplets of DigitalOcean. */
export const digitalocean = defineDriver({
  name: 'digitalocean',
  title: 'DigitalOcean',
  options,
  features: { plantsKeys: true, powers: true, ssh: true, local: false },
  toStored: (options, resource: DropletMachine | undefined) => toStored(options, resource),
  fromStored,
  storedSecrets,
  asks: ['region', 'size'],
  credentials: async (environment) => (await import('./signs.js')).credentialsIn(environment),
  login: (options) => ({ user: options['ssh-user'], port: options['ssh-port'] }),
  load: async () => (await import('./driver.js')).driver,
});
