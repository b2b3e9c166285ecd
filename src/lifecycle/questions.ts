import { setMaxListeners } from 'node:events';
import type { DriverContext, OptionsOf, OptionTable, Owned } from '../driver.js';
import type { Json } from '../record.js';
import type { DriverCall } from './driver-call.js';

interface Group {
  underWay: number;
  hasFailed: boolean;
  readonly ended: AbortController;
}

/** What one run of the program asks, by its pace: drivers let the machines of a run share answers. */
const groups = new WeakMap<object, Group>();

/**
 * Work of a driver that changes nothing, such as a check. Once some has failed and none is under way any more, whatever is
 * still asked is given up, so that nobody waits behind the message for answers that no one wants.
 */
export async function whileAsking<T>(
  context: DriverContext<Json>,
  work: (context: DriverContext<Json>) => Promise<T>,
): Promise<T> {
  const group = joined(context);
  const signal = AbortSignal.any([context.signal, group.ended.signal]);
  setMaxListeners(0, signal);
  try {
    return await work({ ...context, signal });
  } catch (error) {
    group.hasFailed = true;
    throw error;
  } finally {
    leave(group, context);
  }
}

/** All that the provider has of what berth made; nothing where the driver cannot tell. */
export function askOwned(
  options: OptionsOf<OptionTable>,
  { driver, context }: Pick<DriverCall, 'driver' | 'context'>,
): Promise<readonly Owned[]> {
  return whileAsking(context, async (asking) => (await driver.owned?.(options, asking)) ?? []);
}

function joined({ pace }: Pick<DriverContext<Json>, 'pace'>): Group {
  const group = groups.get(pace) ?? { underWay: 0, hasFailed: false, ended: new AbortController() };
  groups.set(pace, group);
  group.underWay += 1;
  return group;
}

function leave(group: Group, { pace }: Pick<DriverContext<Json>, 'pace'>): void {
  group.underWay -= 1;
  if (group.underWay > 0) return;
  groups.delete(pace);
  if (group.hasFailed) group.ended.abort();
}
