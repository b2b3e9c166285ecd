import { object, text } from '../../src/cloud/found.js';
import { sizeWords } from '../../src/cloud/size-words.js';
import type { Choice } from '../../src/choice.js';
import type { DriverContext } from '../../src/driver.js';
import { accountOf } from './account.js';
import { connect } from './client.js';
import type { AzureMachine } from './handle.js';
import type { AzureOptions } from './options.js';
import { sizesOf, type Size } from './sizes.js';
import { API } from './versions.js';

type Context = DriverContext<AzureMachine>;

/** Of some eight hundred sizes those of general use: the cheap ones, and of the others the generations of today. */
const COMMON = /^Standard_(B|[DEF]\d.*_v[5-9]$)/;
const MOST_CPUS = 8;

/** Regions of the subscription, and sizes that it may have in a region; Resource Manager tells no prices. */
export async function choices(key: string, options: AzureOptions, context: Context): Promise<readonly Choice[]> {
  const lists: Readonly<Record<string, typeof locations>> = { location: locations, size: sizes };
  return (await lists[key]?.(options, context)) ?? [];
}

async function locations(options: AzureOptions, context: Context): Promise<readonly Choice[]> {
  const arm = connect(await accountOf(options, context), context);
  const place = { path: `/subscriptions/${arm.subscription}/locations`, version: API.subscriptions };
  return (await arm.list(place))
    .filter(({ metadata }) => object(metadata)['regionType'] !== 'Logical')
    .map(({ name, displayName }) => ({ value: text(name), title: text(displayName) }))
    .sort((one, other) => one.title.localeCompare(other.title));
}

async function sizes(options: AzureOptions, context: Context): Promise<readonly Choice[]> {
  const arm = connect(await accountOf(options, context), context);
  const found = await sizesOf({ location: options.location, arm, context });
  return [...(found?.values() ?? [])].filter(isCommon).sort(bySize).map(choiceOf);
}

function isCommon({ name, cpus, refusedFor }: Size): boolean {
  return refusedFor === '' && cpus <= MOST_CPUS && COMMON.test(name);
}

function bySize(one: Size, other: Size): number {
  return one.cpus - other.cpus || one.memory - other.memory || one.name.localeCompare(other.name);
}

function choiceOf({ name, architecture, cpus, memory }: Size): Choice {
  return { value: name, title: architecture, detail: sizeWords({ cpus, memory }) };
}
