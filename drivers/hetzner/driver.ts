import { finished } from '../../src/cloud/never-finished.js';
import type { Driver } from '../../src/driver.js';
import { choices } from './choices.js';
import { connect } from './client.js';
import { check, create } from './create.js';
import { told } from './faults.js';
import { discard, owned } from './gc.js';
import type { HetznerMachine } from './handle.js';
import type { HetznerOptions } from './options.js';
import { ports } from './ports.js';
import { kill, start, stop, type Limits } from './power.js';
import { remove } from './remove.js';
import { serverOf, stateOf, statesOf } from './states.js';
import { handleOf } from './stored.js';
import { target } from './target.js';

/** systemd stops what does not end by itself after 90 s. */
const LIMITS: Limits = { shutdownMs: 100_000 };

/** Hetzner's interface tells no console's text: there is no consoleTail. */
export function hetznerDriver(limits: Limits = LIMITS): Driver<HetznerOptions, HetznerMachine> {
  return {
    check: (host, context) => told('check the request', () => check(host, context)),
    choices: (key, options, context) => told('list what there is', () => choices(key, options, context)),
    create: (host, context, kept) => told('create the server', () => create(host, context, kept && handleOf(kept))),
    state: (kept, context) =>
      told('ask for the state', async () => {
        const machine = handleOf(kept);
        const api = await connect(machine, context);
        return stateOf(machine, await serverOf(machine, api), { api, now: context.now() });
      }),
    states: (kept, context) => told('ask for the states', () => statesOf(kept.map(handleOf), context)),
    target: (machine, context) => told('ask for the address', () => target(handleOf(machine), context)),
    start: (machine, context) => told('start the server', () => start(made(machine), context)),
    stop: (machine, context) => told('stop the server', () => stop(made(machine), limits, context)),
    kill: (machine, context) => told('stop the server', () => kill(made(machine), context)),
    remove: (machine, context) => told('remove the server', () => remove(handleOf(machine), context)),
    owned: (options, context) => told('list what is labelled', () => owned(options, context)),
    discard: (all, options, context) => told('remove what is left', () => discard(all, options, context)),
    ports,
  };
}

export const driver = hetznerDriver();

/** @throws MachineError MachineNotRunning when the create never got so far */
function made(kept: HetznerMachine): HetznerMachine {
  const machine = handleOf(kept);
  return finished(machine, machine.serverId);
}
