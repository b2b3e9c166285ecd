import type { Size } from '../snapshot.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { callOf } from './driver-call.js';
import { locked } from './locked.js';
import { startLocked } from './power.js';
import type { Program } from './program.js';

export interface Resizing {
  readonly size: Size;
  /** A machine that runs is stopped for it, and started again. */
  readonly restart: boolean;
}

/** @throws MachineError NotSupported; BadUsage for a machine that runs and may not be stopped */
export function resizeMachine(name: MachineName, { size, restart }: Resizing, program: Program): Promise<Machine> {
  return locked(name, program, async (machine) => {
    const call = await callOf(machine, program);
    const { driver, resource, context, spec } = call;
    const resize = driver.resize?.bind(driver);
    if (!resize) throw new MachineError('NotSupported', `the driver ${spec.name} cannot resize machines`);
    const state = await driver.state(resource, context);
    if (state !== 'stopped' && !restart) throw refused(name, state);
    if (state === 'saved') throw refused(name, state);
    if (state !== 'stopped') await program.report.step('Stopping the machine', () => driver.stop(resource, context));
    const changed = await program.report.step('Resizing the machine', () => resize(resource, size, context));
    const resized: Machine = { ...machine, resource: changed };
    await program.store.write(resized);
    return state === 'stopped'
      ? resized
      : startLocked(resized, { call: { ...call, resource: changed }, state: 'stopped' }, program);
  });
}

function refused(name: MachineName, state: string): MachineError {
  if (state === 'saved')
    return new MachineError('BadUsage', `machine "${name}" is suspended: what is in its memory fits its size alone`, {
      suggestions: [`berth resume ${name}`, `berth kill ${name}`],
    });
  return new MachineError('BadUsage', `machine "${name}" is ${state}, and is resized while it stands still`, {
    suggestions: [`berth stop ${name}`, 'Add --restart, to stop it and start it again'],
  });
}
