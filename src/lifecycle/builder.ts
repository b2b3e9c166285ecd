import { readContexts } from '../engine/contexts.js';
import { MachineError } from '../errors.js';
import type { Machine } from '../record.js';
import { keepEntrances } from './entrances.js';
import type { Program } from './program.js';

/**
 * Command lines of the docker client, as words, that make a builder with one node for each machine.
 * @throws MachineError NotSupported for a machine without a docker context of its own
 */
export async function builderCommands(
  builder: string,
  machines: readonly Machine[],
  program: Program,
): Promise<readonly (readonly string[])[]> {
  for (const machine of machines) await requireContext(machine, program);
  return machines.map(({ name }, index) => [
    ...['docker', 'buildx', 'create', '--name', builder],
    ...(index === 0 ? ['--driver', 'docker-container'] : ['--append']),
    // A node's name has no dots.
    ...['--node', name.replaceAll('.', '-'), name],
  ]);
}

async function requireContext(machine: Machine, program: Program): Promise<void> {
  await keepEntrances(machine, program);
  const { own } = await readContexts(program.dockerFolder ?? '');
  if (own.some(({ name, machineId }) => name === machine.name && machineId === machine.id)) return;
  throw new MachineError('NotSupported', `machine "${machine.name}" has no docker context, which a builder needs`, {
    suggestions: ['docker context ls', `berth start ${machine.name}`],
  });
}
