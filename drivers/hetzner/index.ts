import { defineDriver } from '../../src/driver.js';
import type { HetznerMachine } from './handle.js';
import { options } from './options.js';
import { fromStored, storedSecrets, toStored } from './stored.js';

/** Servers of Hetzner Cloud. */
export const hetzner = defineDriver({
  name: 'hetzner',
  title: 'Hetzner Cloud',
  options,
  features: { plantsKeys: true, powers: true, ssh: true, local: false },
  toStored: (options, resource: HetznerMachine | undefined) => toStored(options, resource),
  fromStored,
  storedSecrets,
  asks: ['server-location', 'server-type'],
  credentials: async (environment) => (await import('./signs.js')).credentialsIn(environment),
  login: (options) => ({ user: options['ssh-user'], port: options['ssh-port'] }),
  load: async () => (await import('./driver.js')).driver,
});
