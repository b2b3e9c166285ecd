import { defineDriver } from '../../src/driver.js';
import { options } from './options.js';
import { fromStored, storedSecrets, toStored } from './stored.js';

/** Instances of Amazon EC2, and of whatever speaks its protocol. */
export const amazonec2 = defineDriver({
  name: 'amazonec2',
  title: 'Amazon EC2',
  options,
  features: { plantsKeys: true, powers: true, ssh: true, local: false },
  toStored,
  fromStored,
  storedSecrets,
  asks: ['region', 'instance-type'],
  credentials: async (environment) => (await import('./signs.js')).credentialsIn(environment),
  login: (options) => ({ user: options['ssh-user'], port: options['ssh-port'] }),
  load: async () => (await import('./driver.js')).driver,
});
