import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { callOf } from './driver-call.js';
import { locked } from './locked.js';
import { alreadyInState, startLocked } from './power.js';
import type { Program } from './program.js';

/** @throws MachineError NotSupported, MachineNotRunning, and what the driver throws */
export function suspendMachine(name: MachineName, program: Program): Promise<Machine> {
  return locked(name, program, async (machine) => {
    const { driver, spec, resource, context } = await callOf(machine, program);
    const suspend = driver.suspend?.bind(driver);
    if (!suspend) throw new MachineError('NotSupported', `the driver ${spec.name} cannot suspend machines`);
    const state = await driver.state(resource, context);
    if (state === 'saved') throw alreadyInState(name, 'suspended');
    if (state !== 'running' && state !== 'paused')
      throw new MachineError('MachineNotRunning', `machine "${name}" is not running`, {
        suggestions: [`berth start ${name}`],
      });
    await program.report.step('Suspending the machine', () => suspend(resource, context));
    return machine;
  });
}

/** Goes on with a machine that was suspended; one that was stopped is not booted by it. */
export function resumeMachine(name: MachineName, program: Program): Promise<Machine> {
  return locked(name, program, async (machine) => {
    const call = await callOf(machine, program);
    const state = await call.driver.state(call.resource, call.context);
    if (state === 'running') throw alreadyInState(name, 'running');
    if (state !== 'saved' && state !== 'paused')
      throw new MachineError('MachineNotRunning', `machine "${name}" is not suspended`, {
        suggestions: [`berth start ${name}`],
      });
    return startLocked(machine, { call, state }, program);
  });
}
