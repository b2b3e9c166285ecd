import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { refuseMissingBundle } from '../provision/bundle.js';
import type { EngineOptions, Machine } from '../record.js';
import { locked } from './locked.js';
import type { Program } from './program.js';

/** What upgrades take from the user; what is absent stays as it is. */
export interface UpgradeChoice {
  /** "28" or "28.2.2"; '' is the newest. */
  readonly version?: string;
  /** Absolute path or URL of a static bundle. */
  readonly bundle?: string;
}

/** What a file says of the engine of a machine. */
export type EngineWish = Pick<Machine, 'engine' | 'tlsSans'>;

/**
 * Works with the choice on record, where it goes before anything is done, so that whatever is interrupted can be gone on
 * with. One that the host refuses does not stay there: later upgrades would fail of it.
 * @throws MachineError BadOption for a bundle that is not there
 */
export async function withEngineChoice<T>(
  machine: Machine,
  { choice, work }: { readonly choice: UpgradeChoice; readonly work: () => Promise<T> },
  program: Program,
): Promise<T> {
  const { name, engine } = machine;
  const isChoice = Object.keys(choice).length > 0;
  if (isChoice) {
    await refuseMissing(choice);
    await putChoice(name, choice, program);
  }
  try {
    return await work();
  } catch (error) {
    const { version = '', bundle = '' } = engine;
    if (isChoice && isMachineError(error, 'ProvisionFailed')) await putChoice(name, { version, bundle }, program);
    throw error;
  }
}

function putChoice(name: MachineName, choice: UpgradeChoice, program: Program): Promise<void> {
  return locked(name, program, (machine) =>
    program.store.write({ ...machine, engine: withChoice(machine.engine, choice) }),
  );
}

/** @throws MachineError BadOption, before any node is touched */
export async function refuseMissing({ bundle = '' }: UpgradeChoice): Promise<void> {
  await refuseMissingBundle(bundle);
}

/** A bundle holds one version: who names another one means Docker's bundle of that. */
export function withChoice(engine: EngineOptions, choice: Partial<EngineOptions>): EngineOptions {
  const { version = '', bundle } = choice;
  return { ...engine, ...(version !== '' && bundle === undefined ? { bundle: '' } : {}), ...choice };
}

/** What `berth engine set` has given is none of a file's or a flag's matters: it stays. */
export function withOwnSettings(wanted: EngineOptions, { settings }: EngineOptions): EngineOptions {
  const { settings: _others, ...engine } = wanted;
  return settings === undefined ? engine : { ...engine, settings };
}
