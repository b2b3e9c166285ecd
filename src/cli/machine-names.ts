import { MachineError } from '../errors.js';
import type { Program } from '../lifecycle/program.js';
import { parseName, type MachineName } from '../name.js';

/** The names on a command line, checked; the machine `default` when there are none. @throws MachineError BadName, BadUsage */
export async function machineNames(
  words: readonly unknown[],
  { store }: Pick<Program, 'store'>,
): Promise<readonly MachineName[]> {
  const names = [...new Set(words.map((text) => parseName(String(text))))];
  if (names.length > 0) return names;
  const fallback = parseName('default');
  if (await store.exists(fallback)) return [fallback];
  throw new MachineError('BadUsage', 'no machine named, and there is no machine "default"', {
    suggestions: ['berth ls'],
  });
}

/** The single machine a command is for. @throws MachineError BadName, BadUsage */
export async function machineName(words: readonly unknown[], program: Pick<Program, 'store'>): Promise<MachineName> {
  const [name, ...more] = await machineNames(words, program);
  if (name === undefined || more.length > 0)
    throw new MachineError('BadUsage', 'expected one machine name as an argument');
  return name;
}
