import { defineDriver } from '../../src/driver.js';
import type { AzureMachine } from './handle.js';
import { options } from './options.js';
import { fromStored, storedSecrets, toStored } from './stored.js';

/** Virtual machines of Microsoft Azure, over Resource Manager. */
export const azure = defineDriver({
  name: 'azure',
  title: 'Microsoft Azure',
  options,
  features: { plantsKeys: true, powers: true, ssh: true, local: false },
  toStored: (options, resource: AzureMachine | undefined) => toStored(options, resource),
  fromStored,
  storedSecrets,
  asks: ['location', 'size'],
  credentials: async (environment) => (await import('./signs.js')).credentialsIn(environment),
  login: (options) => ({ user: options['ssh-user'], port: 22 }),
  enginePort: (options) => options['docker-port'],
  load: async () => (await import('./driver.js')).driver,
});
