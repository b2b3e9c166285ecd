import type { Driver } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { wantsUrl } from './index.js';

type Options = { readonly url: string };
type Resource = { readonly url: string };

export const driver: Driver<Options, Resource> = {
  async check({ options }) {
    const wanted = wantsUrl(options.url);
    if (wanted !== undefined) throw new MachineError('BadOption', `option --url wants ${wanted}, got "${options.url}"`);
  },
  async create({ options }, context) {
    const resource = { url: options.url };
    await context.keep(resource);
    return resource;
  },
  state: async () => 'running',
  // docker-machine keeps host and port together in IPAddress; scripts that read `ip` of such a machine expect that.
  target: async ({ url }) => ({ host: new URL(url).host, port: 0, user: '' }),
  start: () => refuse('started'),
  stop: () => refuse('stopped'),
  kill: () => refuse('killed'),
  remove: async () => {},
};

async function refuse(verb: string): Promise<never> {
  throw new MachineError('NotSupported', `hosts without a driver cannot be ${verb}`);
}
