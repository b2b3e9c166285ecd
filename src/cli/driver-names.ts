import { drivers } from '../../drivers/index.js';
import { MachineError } from '../errors.js';

/** For a name that neither berth nor a binary on PATH has. */
export function driverNotFound(name: string): MachineError {
  return new MachineError('DriverNotFound', `driver "${name}" not found`, {
    suggestions: [`Choose one of local, ${drivers.map((driver) => driver.name).join(', ')}`],
  });
}
