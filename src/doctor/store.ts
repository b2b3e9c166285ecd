import type { Entry } from '../lifecycle/status.js';
import type { Program } from '../lifecycle/program.js';
import type { Computer } from './computer.js';
import { gathered, type Examined, type Finding } from './finding.js';
import { examineFiles, examineLocks } from './store-files.js';

/** The store's files and records; of `entries` those that the user has asked for. */
export async function examineStore(entries: readonly Entry[], computer: Computer, program: Program): Promise<Examined> {
  const { base } = program.store;
  const [files, locks] = await Promise.all([examineFiles(base, computer), examineLocks(base)]);
  const records = entries.map((entry) => recordOf(entry, program));
  const count = entries.length === 1 ? '1 machine' : `${entries.length} machines`;
  return { group: 'store', seen: `${count} in ${base}`, findings: gathered(files, locks, ...records) };
}

function recordOf({ name, machine, error = '' }: Entry, program: Program): Finding | undefined {
  if (!machine) {
    return {
      id: 'record-broken',
      severity: 'error',
      fact: error,
      remedy: `Restore ${program.store.folder(name)}/config.json, or: berth rm -f ${name}`,
    };
  }
  if (!program.findDriver(machine.driver)) {
    return {
      id: 'driver-missing',
      severity: 'error',
      fact: `driver "${machine.driver}" of machine "${name}" not found`,
      remedy: `Put the plugin binary "docker-machine-driver-${machine.driver}" on PATH`,
    };
  }
  if (machine.phase === 'ready') return undefined;
  return {
    id: 'machine-unfinished',
    severity: 'warning',
    fact: `machine "${name}" was never finished`,
    remedy: `Run create again with the same arguments, or: berth rm ${name}`,
  };
}
