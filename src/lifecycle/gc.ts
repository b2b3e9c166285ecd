import type { AnyDriverSpec, OptionTable, OptionsOf, Owned } from '../driver.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine, OptionValues } from '../record.js';
import { driverContext, loadedDriver, type DriverCall } from './driver-call.js';
import { forEachBounded, type Outcome } from './each.js';
import type { Program } from './program.js';
import { askOwned } from './questions.js';

/** Somewhere at a provider where resources of ours can be, and as whom it is asked. */
export interface Place {
  /** As messages name it: "amazonec2", or "amazonec2 of web-1". */
  readonly title: string;
  readonly spec: AnyDriverSpec;
  readonly options: OptionValues;
  readonly call: Pick<DriverCall, 'driver' | 'context'>;
}

/** What is left of one machine that no record of this store knows. */
export interface Leftover {
  readonly driver: string;
  readonly machine: string;
  readonly machineId: string;
  readonly store: string;
  /** Made by this store, and not by another one. */
  readonly isOwn: boolean;
  readonly resources: readonly Owned[];
  readonly place: Place;
}

export interface Search {
  readonly leftovers: readonly Leftover[];
  /** What each place that was asked answered, or why it could not. */
  readonly outcomes: readonly Outcome<string, unknown>[];
}

/** A driver that is asked whatever the records say, with the secrets that were typed. */
export interface NamedDriver {
  readonly spec: AnyDriverSpec;
  readonly options: OptionValues;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Accounts asked at once. */
const AT_ONCE = 4;

/**
 * What carries berth's tags at every account and region that the records mention, and at the named driver's, and belongs to no
 * record. Records are read again after the providers were asked: whatever a create has made meanwhile is on record before.
 * @throws MachineError StoreCorrupt when a record cannot be read, whose machine would look left over
 */
export async function findLeftovers(named: NamedDriver | undefined, program: Program): Promise<Search> {
  const places = await placesOf(await allMachines(program), named, program);
  const outcomes = await forEachBounded(
    places.map(({ title }) => title),
    AT_ONCE,
    async (title) => {
      const place = places.find((one) => one.title === title);
      return place ? ownedAt(place, program) : [];
    },
  );
  const known = new Set((await allMachines(program)).map(({ id }) => id));
  const store = await program.store.id();
  const found = outcomes.flatMap((outcome, index) => {
    const place = places[index];
    return outcome.state === 'done' && place ? grouped(outcome.result, { place, store }) : [];
  });
  return { leftovers: unique(found.filter(({ machineId }) => !known.has(machineId))), outcomes };
}

/** Removes what was found. What is gone already is success. */
export async function removeLeftover({ resources, place, machine }: Leftover, { report }: Program): Promise<void> {
  const { driver, context } = place.call;
  const options = place.options as OptionsOf<OptionTable>;
  await report.step(`Removing what is left of ${machine}`, async () => driver.discard?.(resources, options, context));
}

async function allMachines({ store }: Program): Promise<readonly Machine[]> {
  const names = await store.list();
  return Promise.all(names.map((name) => readable(name, store)));
}

async function readable(name: MachineName, store: Program['store']): Promise<Machine> {
  try {
    return await store.read(name);
  } catch (cause) {
    throw new MachineError('StoreCorrupt', `the record of "${name}" is unreadable; its machine would look left over`, {
      cause,
      suggestions: [`berth inspect ${name}`, `berth rm -f ${name}`],
    });
  }
}

/** Options that say where at a provider, or as whom; machines that differ in others are found by the same question. */
const WHERE =
  /(^|-)(region|location|zone|project|endpoint|profile|subscription|tenant|domain|cloud|url|auth|account|group)/;

async function placesOf(
  machines: readonly Machine[],
  named: NamedDriver | undefined,
  program: Program,
): Promise<readonly Place[]> {
  const places = new Map<string, Place>();
  if (named) {
    const { spec, options, secrets } = named;
    const context = driverContext(program, { ...program.environmentSecrets(spec), ...secrets }, async () => {});
    const call = { driver: await spec.load(), context };
    places.set('', { title: spec.name, spec, options, call });
  }
  for (const { name, driver, options } of machines) {
    const spec = program.findDriver(driver);
    if (!spec?.features.plantsKeys || spec.features.local) continue;
    const where = Object.entries(options).filter(([key]) => WHERE.test(key));
    const key = JSON.stringify([driver, where.sort(), Object.entries(await program.store.secrets(name)).sort()]);
    if (places.has(key)) continue;
    const call = await loadedDriver(spec, name, { program, keep: async () => {} });
    if (call.driver.owned) places.set(key, { title: `${driver} of ${name}`, spec, options, call });
  }
  return [...places.values()];
}

/** @throws MachineError NotSupported, and what the driver throws */
async function ownedAt({ spec, options, call, title }: Place, { report }: Program): Promise<readonly Owned[]> {
  if (!call.driver.owned)
    throw new MachineError('NotSupported', `the driver ${spec.name} leaves nothing behind that berth could find`);
  return report.step(`Looking for leftovers (${title})`, () => askOwned(options, call));
}

function grouped(owned: readonly Owned[], { place, store }: { place: Place; store: string }): readonly Leftover[] {
  const groups = new Map<string, Owned[]>();
  for (const one of owned) groups.set(one.machineId, [...(groups.get(one.machineId) ?? []), one]);
  return [...groups.values()].flatMap((resources) => {
    const [first] = resources;
    if (!first) return [];
    const { machine, machineId, store: other } = first;
    return [{ driver: place.spec.name, machine, machineId, store: other, isOwn: other === store, resources, place }];
  });
}

/** Two places may be one account. */
function unique(leftovers: readonly Leftover[]): readonly Leftover[] {
  const seen = new Set<string>();
  return leftovers.filter((one) => {
    const key = JSON.stringify([one.driver, one.machineId, one.resources.map(({ kind, id }) => [kind, id]).sort()]);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
