import { finished } from '../../src/cloud/never-finished.js';
import type { Driver } from '../../src/driver.js';
import { choices } from './choices.js';
import { check, create } from './create.js';
import { told } from './faults.js';
import { discard, owned } from './gc.js';
import type { OpenstackMachine } from './handle.js';
import type { OpenstackOptions } from './options.js';
import { ports } from './ports.js';
import { consoleTail, start, stop } from './power.js';
import { remove } from './remove.js';
import { state, statesOf } from './states.js';
import { target } from './target.js';

export const driver: Driver<OpenstackOptions, OpenstackMachine> = {
  check: (host, context) => told('check the request', () => check(host, context)),
  choices: (key, options, context) => told('list what there is', () => choices(key, options, context)),
  create: (host, context, kept) => told('create the server', () => create(host, context, kept)),
  state: (machine, context) => told('ask for the state', () => state(machine, context)),
  states: (machines, context) => told('ask for the states', () => statesOf(machines, context)),
  target: (machine, context) => told('ask for the address', () => target(machine, context)),
  start: (machine, context) => told('start the server', () => start(made(machine), context)),
  stop: (machine, context) => told('stop the server', () => stop(made(machine), context)),
  kill: (machine, context) => told('stop the server', () => stop(made(machine), context)),
  remove: (machine, context) => told('remove the server', () => remove(machine, context)),
  consoleTail: (machine, context) => told('read the console', () => consoleTail(machine, context)),
  owned: (options, context) => told('list what is tagged', () => owned(options, context)),
  discard: (all, options, context) => told('remove what is left', () => discard(all, options, context)),
  ports,
};

/** @throws MachineError MachineNotRunning when the create never got so far */
function made(machine: OpenstackMachine): OpenstackMachine {
  return finished(machine, machine.serverId);
}
