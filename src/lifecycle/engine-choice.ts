import type { MachineName } from '../name.js';
import { refuseMissingBundle } from '../provision/bundle.js';
import type { EngineOptions } from '../record.js';
import type { Program } from './program.js';

/** What upgrades take from the user; what is absent stays as it is. */
export interface UpgradeChoice {
  /** "28" or "28.2.2"; '' is the newest. */
  readonly version?: string;
  /** Absolute path or URL of a static bundle. */
  readonly bundle?: string;
}

/** The choice goes on record, before anything is done. @throws MachineError BadOption for a bundle that is not there */
export async function chooseEngine(name: MachineName, choice: UpgradeChoice, program: Program): Promise<void> {
  if (Object.keys(choice).length === 0) return;
  await refuseMissing(choice);
  const { store, signal } = program;
  await store.locked(
    name,
    async () => {
      const machine = await store.read(name);
      await store.write({ ...machine, engine: withChoice(machine.engine, choice) });
    },
    { signal },
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
