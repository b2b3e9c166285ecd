import { neverFinished } from '../cloud/never-finished.js';
import type { AnyDriverSpec, Driver, DriverContext, MachineState, OptionTable, OptionsOf } from '../driver.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { poll } from '../poll.js';
import type { Json, Machine } from '../record.js';
import { withRefreshedCredentials } from './credentials.js';
import type { Program } from './program.js';

export type AnyDriver = Driver<OptionsOf<OptionTable>, Json>;

/** A cloud that has not changed a machine's state after five minutes has lost it. */
const STATE_WITHIN_MS = 300_000;

export function driverContext(
  program: Program,
  secrets: Readonly<Record<string, string>>,
  keep: (resource: Json) => Promise<void>,
): DriverContext<Json> {
  const { report, signal, environment, now, pace } = program;
  return { report, signal, secrets, environment, now, pace, keep };
}

/** The driver of a machine and what a call of it needs; what it keeps goes into the machine's record. */
export interface DriverCall {
  readonly spec: AnyDriverSpec;
  readonly driver: AnyDriver;
  readonly resource: Json;
  readonly context: DriverContext<Json>;
}

/** @throws MachineError DriverNotFound; MachineNotRunning when the machine was never made */
export async function callOf(machine: Machine, program: Program): Promise<DriverCall> {
  const spec = specOf(machine, program);
  if (machine.resource === undefined) throw neverFinished(machine.name);
  const keep = (resource: Json): Promise<void> => program.store.write({ ...machine, resource });
  return { spec, resource: machine.resource, ...(await loadedDriver(spec, machine.name, { program, keep })) };
}

/** The driver with the credentials of one machine, the stored ones or, where those are refused, the environment's. */
export async function loadedDriver(
  spec: AnyDriverSpec,
  name: MachineName,
  { program, keep }: { readonly program: Program; readonly keep: (resource: Json) => Promise<void> },
): Promise<Pick<DriverCall, 'driver' | 'context'>> {
  const stored = await program.store.secrets(name);
  const environment = program.environmentSecrets(spec);
  const context = driverContext(program, {}, keep);
  return withRefreshedCredentials(await spec.load(), context, { stored, environment, name });
}

/** @throws MachineError DriverNotFound */
export function specOf(machine: Machine, program: Program): AnyDriverSpec {
  const spec = program.findDriver(machine.driver);
  if (spec) return spec;
  throw new MachineError('DriverNotFound', `driver "${machine.driver}" of machine "${machine.name}" not found`, {
    suggestions: [`Put the plugin binary "docker-machine-driver-${machine.driver}" on PATH`],
  });
}

export interface StateWait {
  readonly wanted: MachineState;
  readonly name: string;
  readonly context: DriverContext<Json>;
}

/** @throws MachineError DriverFailed when the machine is gone or broken, TimedOut */
export async function waitForState(
  driver: AnyDriver,
  resource: Json,
  { wanted, name, context }: StateWait,
): Promise<void> {
  let last: MachineState = 'unknown';
  await poll(
    async () => {
      last = await driver.state(resource, context);
      if (last === 'gone') throw new MachineError('DriverFailed', `machine "${name}" is gone`);
      if (last === 'error') throw new MachineError('DriverFailed', `machine "${name}" is broken, its provider says`);
      return last === wanted ? last : undefined;
    },
    {
      what: `${name} to be ${wanted}`,
      withinMs: STATE_WITHIN_MS,
      everyMs: 50,
      atMostEveryMs: 3_000,
      signal: context.signal,
      lastWords: () => new Error(`its state is "${last}"`),
    },
  );
}
