import { defineDriver } from '../../src/driver.js';
import { options } from './options.js';
import { fromStored, storedSecrets, toStored } from './stored.js';

/** Servers of any cloud that speaks OpenStack's interfaces. */
export const openstack = defineDriver({
  name: 'openstack',
  title: 'OpenStack',
  options,
  features: { plantsKeys: true, powers: true, ssh: true, local: false },
  toStored,
  fromStored,
  storedSecrets,
  asks: ['region', 'flavor-name'],
  credentials: async (environment) => (await import('./signs.js')).credentialsIn(environment),
  login: (options) => ({ user: options['ssh-user'], port: options['ssh-port'] }),
  load: async () => (await import('./driver.js')).driver,
});
