import { parseName, type MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { Program } from './program.js';
import { refuseWithoutHost } from './refuse.js';

/**
 * The machines of these names, or all that there is a host of and an address to log in at; what cannot be read of all is told.
 * @throws MachineError BadName, MachineNotFound, StoreCorrupt, NotSupported for a machine that was named
 */
export async function loginMachines(names: readonly string[], program: Program): Promise<readonly Machine[]> {
  const { store } = program;
  if (names.length > 0) return Promise.all([...new Set(names.map(parseName))].map((name) => named(name, program)));
  const found = await Promise.all((await store.list()).map((name) => readable(name, program)));
  return found.flatMap((machine) => (machine && hasHost(machine, program) ? [machine] : []));
}

async function named(name: MachineName, program: Program): Promise<Machine> {
  const machine = await program.store.read(name);
  refuseWithoutHost(machine, 'there is no host to log in to', program);
  return machine;
}

function hasHost({ driver, address }: Machine, program: Program): boolean {
  return address !== '' && program.findDriver(driver)?.features.ssh === true;
}

async function readable(name: MachineName, { store, report }: Program): Promise<Machine | undefined> {
  try {
    return await store.read(name);
  } catch (error) {
    report.warn(`left out ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
