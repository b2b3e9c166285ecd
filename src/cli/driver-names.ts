import { driverNames } from '../../drivers/index.js';
import { MachineError } from '../errors.js';
import { closeTo } from './close-words.js';

/** For a name that neither berth nor a binary on PATH has. */
export function driverNotFound(name: string): MachineError {
  const known = ['local', ...driverNames];
  const [meant] = closeTo(name, known);
  return new MachineError('DriverNotFound', `driver "${name}" not found`, {
    suggestions: [
      ...(meant === undefined ? [] : [`Use --driver ${meant}`]),
      `Put the plugin binary "docker-machine-driver-${name}" on PATH`,
      `Choose one of ${known.join(', ')}`,
    ],
  });
}
