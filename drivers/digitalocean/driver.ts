import type { Driver } from '../../src/driver.js';
import { check } from './check.js';
import { choices } from './choices.js';
import { create } from './create.js';
import { told } from './faults.js';
import { discard, owned } from './gc.js';
import type { DropletMachine } from './handle.js';
import type { DropletOptions } from './options.js';
import { ports } from './ports.js';
import { kill, made, start, stop, type Limits } from './power.js';
import { remove } from './remove.js';
import { state, statesOf, target } from './states.js';

/** systemd stops what does not end by itself after 90 s. */
const LIMITS: Limits = { shutdownMs: 100_000 };

/** DigitalOcean's interface tells no console's text: there is no consoleTail. */
export function dropletDriver(limits: Limits = LIMITS): Driver<DropletOptions, DropletMachine> {
  return {
    check: (host, context) => told('check the request', () => check(host, context)),
    choices: (key, options, context) => told('list what there is', () => choices(key, options, context)),
    create: (host, context, kept) => told('create the droplet', () => create(host, context, kept)),
    state: (machine, context) => told('ask for the state', () => state(machine, context)),
    states: (machines, context) => told('ask for the states', () => statesOf(machines, context)),
    target: (machine, context) => told('ask for the address', () => target(machine, context)),
    start: (machine, context) => told('start the droplet', () => start(made(machine), context)),
    stop: (machine, context) => told('stop the droplet', () => stop(made(machine), limits, context)),
    kill: (machine, context) => told('stop the droplet', () => kill(made(machine), context)),
    remove: (machine, context) => told('remove the droplet', () => remove(machine, context)),
    owned: (options, context) => told('list what is tagged', () => owned(options, context)),
    discard: (all, options, context) => told('remove what is left', () => discard(all, options, context)),
    ports,
  };
}

export const driver = dropletDriver();
