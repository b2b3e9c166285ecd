import type { AnyDriverSpec, Driver, OptionTable, OptionsOf } from '../../src/driver.js';
import type { Json } from '../../src/record.js';
import type { CloudStandIn, Intervention } from '../standins/server.js';
import type { CloudStand } from './cloud-stand.js';
import { contextOf, newHost, type TestContext } from './contract.js';

type AnyDriver = Driver<OptionsOf<OptionTable>, Json>;
type Drop = 'drop before' | 'drop after';

/** One run of a campaign: which call was lost and how, and what there was too much or too little of afterwards. */
export interface Loss {
  readonly call: string;
  readonly drop: Drop;
  readonly orphans: readonly string[];
}

/** Every call of one verb lost once, before it had an effect and after it: the verb itself goes on as it likes. */
export async function losses(
  spec: AnyDriverSpec,
  stand: () => Promise<CloudStand>,
  verb: 'create' | 'remove',
): Promise<readonly Loss[]> {
  const { calls, wanted } = await undisturbed(spec, stand, verb);
  return each(calls, async (index, drop) => {
    await using world = await stand();
    const driver = await spec.load();
    const context = contextOf(world);
    if (verb === 'remove') await driver.create(newHost(world.options), context);
    const call = lose(world.standIn, index, () => drop);
    const outcome = await (
      verb === 'create' ? driver.create(newHost(world.options), context) : tidy(driver, world, context)
    ).then(
      () => 'done',
      (error: unknown) => `failed: ${String(error)}`,
    );
    world.standIn.intervene = () => undefined;
    const left = kindsOf(world.standIn);
    const surplus = verb === 'create' && outcome === 'done' && left.join() !== wanted.join() ? left : [];
    const silent = verb === 'remove' && outcome === 'done' ? left : [];
    await tidy(driver, world, context);
    return { call: call(), drop, orphans: [...surplus, ...silent, ...world.standIn.left()] };
  });
}

/** Create dies at every one of its calls, before it and after it; then it is removed, or created again first. */
export async function crashes(
  spec: AnyDriverSpec,
  stand: () => Promise<CloudStand>,
  afterwards: 'remove' | 'resume',
): Promise<readonly Loss[]> {
  const { calls, wanted } = await undisturbed(spec, stand, 'create');
  return each(calls, async (index, drop) => {
    await using world = await stand();
    const driver = await spec.load();
    const death = new AbortController();
    const dying = contextOf(world, death.signal);
    const call = lose(world.standIn, index, () => {
      death.abort();
      world.standIn.intervene = () => 'drop before';
      return drop;
    });
    await driver.create(newHost(world.options), dying).catch(() => undefined);
    world.standIn.intervene = () => undefined;
    const alive = { ...contextOf(world), kept: dying.kept };
    const twice: string[] = [];
    if (afterwards === 'resume') {
      const resource = await driver.create(newHost(world.options), alive, dying.kept.at(-1));
      alive.kept.push(resource);
      if (kindsOf(world.standIn).join() !== wanted.join()) twice.push(...kindsOf(world.standIn));
    }
    await tidy(driver, world, alive);
    return { call: call(), drop, orphans: [...twice, ...world.standIn.left()] };
  });
}

/** As `rm` does it: by the handle that was kept last, or by the tags where there is none. */
async function tidy(driver: AnyDriver, world: CloudStand, context: TestContext): Promise<void> {
  const resource = context.kept.at(-1);
  if (resource !== undefined) return driver.remove(resource, context);
  const { id } = newHost(world.options);
  const owned = ((await driver.owned?.(world.options, context)) ?? []).filter(({ machineId }) => machineId === id);
  await driver.discard?.(owned, world.options, context);
}

async function undisturbed(
  spec: AnyDriverSpec,
  stand: () => Promise<CloudStand>,
  verb: 'create' | 'remove',
): Promise<{ calls: number; wanted: readonly string[] }> {
  await using world = await stand();
  const driver = await spec.load();
  const context = contextOf(world);
  const resource = await driver.create(newHost(world.options), context);
  const callsOfCreate = world.standIn.calls.length;
  const wanted = kindsOf(world.standIn);
  await driver.remove(resource, context);
  return { calls: verb === 'create' ? callsOfCreate : world.standIn.calls.length - callsOfCreate, wanted };
}

/** Loses the call of this number from now on; the function that is returned tells its name. */
function lose(standIn: CloudStandIn, index: number, how: () => Intervention): () => string {
  const at = standIn.calls.length + index;
  let called = `call ${index} was never made`;
  standIn.intervene = ({ name, index: current }) => {
    if (current !== at) return undefined;
    called = `${index}: ${name}`;
    return how();
  };
  return () => called;
}

async function each(calls: number, run: (index: number, drop: Drop) => Promise<Loss>): Promise<readonly Loss[]> {
  const results: Loss[] = [];
  for (let index = 0; index < calls; index += 1)
    for (const drop of ['drop before', 'drop after'] as const) {
      const result = await run(index, drop).catch((error: unknown) => ({
        ...{ call: `call ${index}`, drop },
        orphans: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
      }));
      results.push(result);
    }
  return results;
}

/** The kinds of all that is left: "instance", "key pair"; ids are the last word. */
export function kindsOf(standIn: CloudStandIn): readonly string[] {
  return standIn
    .left()
    .map((text) => text.replace(/ \S+$/, ''))
    .sort();
}
