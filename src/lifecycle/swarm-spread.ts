import type { OptionValues } from '../record.js';
import type { Cluster, Member, Role, Spread } from '../swarm/contract.js';
import { spreadOver } from '../swarm/zones.js';
import type { NewMachine } from './swarm-create.js';
import type { Program } from './program.js';

/** New machines of one role get the values in turn, those first of which there are the fewest. */
export function spreadMachines(
  machines: readonly NewMachine[],
  spread: Spread | undefined,
  taken: readonly string[] = [],
): readonly NewMachine[] {
  if (!spread) return machines;
  const values = spreadOver(spread.values, machines.length, taken);
  return machines.map((machine, index) => inPlace(machine, spread, values[index] ?? ''));
}

/** Values that members of the role have, each as often as it is there. */
export async function takenValues(
  role: Role,
  { members, spread }: Cluster,
  { store }: Program,
): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const member of spread ? members.filter((one) => one.role === role) : []) {
    if (!spread || !(await store.exists(member.machine))) continue;
    taken.push(String((await store.read(member.machine)).options[spread.option] ?? ''));
  }
  return taken;
}

/** A member that is made once more stays where it was. */
export function whereItWas(machine: NewMachine, { zone }: Member, spread: Spread | undefined): NewMachine {
  const value = spread?.values.find((one) => one === zone || (one !== '' && zone.endsWith(one)));
  return spread && value !== undefined ? inPlace(machine, spread, value) : machine;
}

function inPlace({ spec, request }: NewMachine, { option }: Spread, value: string): NewMachine {
  const kind = spec.options[option]?.kind;
  const options: OptionValues = {
    ...request.machine.options,
    [option]: kind === 'integer' ? Number(value) : kind === 'list' ? [value] : value,
  };
  return { spec, request: { ...request, machine: { ...request.machine, options } } };
}
