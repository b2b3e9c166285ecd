import { neverFinished } from '../cloud/never-finished.js';
import { MachineError } from '../errors.js';
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
