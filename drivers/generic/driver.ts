import { connect } from 'node:net';
import type { Driver, MachineState, SshTarget } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { wantsAddress, type GenericOptions } from './index.js';

/** The server itself: there is nothing else to hold on to. */
type Resource = { readonly host: string; readonly port: number; readonly user: string };

/** docker-machine waits 15 s here; a server that has not answered after 5 is reported as stopped. */
const ANSWER_WITHIN_MS = 5_000;

export const driver: Driver<GenericOptions, Resource> = {
  async check({ options }) {
    const address = options['ip-address'];
    const wanted = wantsAddress(address);
    if (wanted !== undefined)
      throw new MachineError('BadOption', `option --generic-ip-address wants ${wanted}, got "${address}"`);
  },
  async create({ options }, context) {
    const resource = { host: options['ip-address'], port: options['ssh-port'], user: options['ssh-user'] };
    await context.keep(resource);
    return resource;
  },
  state: ({ host, port }, { signal }) => answers(host, port, signal),
  target: async (resource): Promise<SshTarget> => resource,
  start: () => refuse('start'),
  stop: () => refuse('stop'),
  kill: () => refuse('kill'),
  // The server was there before berth and stays.
  remove: async () => {},
};

async function refuse(verb: string): Promise<never> {
  throw new MachineError('NotSupported', `the generic driver cannot ${verb} a server`);
}

async function answers(host: string, port: number, signal: AbortSignal): Promise<MachineState> {
  if (signal.aborted) return 'unknown';
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (state: MachineState): void => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(state);
    };
    const giveUp = (): void => end('unknown');
    signal.addEventListener('abort', giveUp, { once: true });
    socket.setTimeout(ANSWER_WITHIN_MS, () => end('stopped'));
    socket.once('connect', () => end('running'));
    socket.once('error', () => end('stopped'));
  });
}
