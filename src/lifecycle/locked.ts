import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { LockOptions } from '../store/store.js';
import type { Program } from './program.js';

/** Work on a machine's record, by one process at a time. @throws MachineError MachineNotFound, StoreCorrupt, Cancelled */
export function locked<T>(name: MachineName, program: Program, work: (machine: Machine) => Promise<T>): Promise<T> {
  return whileLocked(name, program, async () => work(await program.store.read(name)));
}

/** The same where there may be no record, or none that can be read. @throws MachineError Cancelled */
export function whileLocked<T>(name: MachineName, program: Program, work: () => Promise<T>): Promise<T> {
  return program.store.locked(name, work, waitFor(name, program));
}

/** How to wait for the lock of this: until the command is cancelled, and telling for whom. */
export function waitFor(what: string, { signal, report }: Program): LockOptions {
  return { signal, onWait: (owner) => report.info(`waiting for ${owner}, which works on ${what}`) };
}
