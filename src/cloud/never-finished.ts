import { MachineError } from '../errors.js';

/** The machine, where `id` says that its create came as far as the provider's own. @throws MachineError MachineNotRunning */
export function finished<M extends { readonly name: string }>(machine: M, id: string | number): M {
  if (id !== '' && id !== 0) return machine;
  throw neverFinished(machine.name);
}

export function neverFinished(name: string): MachineError {
  return new MachineError('MachineNotRunning', `machine "${name}" was never finished`, {
    suggestions: ['Run create again with the arguments of the first time, to finish it', `berth rm ${name}`],
  });
}
