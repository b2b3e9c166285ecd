import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { Spread } from '../swarm/contract.js';
import { closeTo } from './close-words.js';

/**
 * `zone=a,b,c`: an option of the driver, with or without its name in front, and a value for each place.
 * @throws MachineError BadOption
 */
export function parseSpread(text: string, spec: AnyDriverSpec): Spread {
  const [, name = '', list = ''] = /^([^=\s]+)=(.+)$/s.exec(text) ?? [];
  const values = list
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (name === '' || values.length < 2) {
    throw new MachineError('BadOption', `option --spread wants an option and its values, got "${text}"`, {
      suggestions: ['--spread zone=a,b,c'],
    });
  }
  const option = [name, name.replace(`${spec.name}-`, '')].find((key) => Object.hasOwn(spec.options, key));
  const found = option === undefined ? undefined : spec.options[option];
  if (option === undefined || !found || found.kind === 'boolean') throw noOption(name, spec);
  const wrong = found.kind === 'integer' ? values.find((value) => !/^\d+$/.test(value)) : undefined;
  if (wrong !== undefined)
    throw new MachineError('BadOption', `option --spread wants numbers of ${name}, got "${wrong}"`);
  return { option, values };
}

function noOption(name: string, { name: driver, options }: AnyDriverSpec): MachineError {
  const [meant] = closeTo(name, Object.keys(options));
  return new MachineError('BadOption', `option --spread: the driver ${driver} has no option "${name}"`, {
    suggestions: [...(meant === undefined ? [] : [`--spread ${meant}=…`]), `berth drivers ${driver}`],
  });
}
