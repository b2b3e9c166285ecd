import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { Program } from './program.js';

/** @throws MachineError NotSupported for a machine that is only a URL; `lack` says what it has not */
export function refuseWithoutHost({ name, driver }: Machine, lack: string, program: Program): void {
  if (program.findDriver(driver)?.features.ssh === false)
    throw new MachineError('NotSupported', `machine "${name}" is only a URL: ${lack}`);
}

/** @throws MachineError MachineNotRunning for a machine whose create did not come to its end */
export function refuseUnfinished({ name, phase }: Machine): void {
  if (phase !== 'ready') throw neverFinished(name);
}

export function neverFinished(name: MachineName): MachineError {
  return new MachineError('MachineNotRunning', `machine "${name}" was never finished`, {
    suggestions: ['Run create again with the arguments of the first time, to finish it', `berth rm ${name}`],
  });
}
