import { defineDriver } from '../../src/driver.js';
import { options } from './options.js';
import { fromStored, storedSecrets, toStored } from './stored.js';

/** Instances of Google Compute Engine. */
export const google = defineDriver({
  name: 'google',
  title: 'Google Compute Engine',
  options,
  features: { plantsKeys: true, powers: true, ssh: true, local: false },
  toStored,
  fromStored,
  storedSecrets,
  asks: ['zone', 'machine-type'],
  credentials: async (environment) => (await import('./signs.js')).credentialsIn(environment),
  login: ({ username }) => ({ user: username, port: 22 }),
  takesOver: (given) => given['use-existing'],
  load: async () => (await import('./driver.js')).driver,
});
