import { isMachineError } from '../errors.js';
import { poll } from '../poll.js';
import { member } from '../json.js';
import { listOf, objectAt, textAt } from './answers.js';
import type { SwarmEngine } from './engine.js';

/** Services give their tasks 10 s to end as a rule; what takes longer is moved all the same. In milliseconds. */
const DRAINED_WITHIN_MS = 30_000;
const ALIVE = ['new', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting', 'running'];

/** Until a node that is drained runs nothing, and what it ran runs elsewhere; the limit is no failure. */
export async function untilDrained(
  manager: Pick<SwarmEngine, 'call'>,
  nodeId: string,
  signal: AbortSignal,
): Promise<void> {
  await poll(async () => ((await isQuiet(manager, nodeId)) ? true : undefined), {
    what: 'the tasks of the node to move',
    withinMs: DRAINED_WITHIN_MS,
    everyMs: 100,
    signal,
  }).catch((error: unknown) => {
    if (!isMachineError(error, 'TimedOut')) throw error;
  });
}

async function isQuiet(manager: Pick<SwarmEngine, 'call'>, nodeId: string): Promise<boolean> {
  const tasks = listOf(await manager.call({ method: 'GET', path: '/tasks' }));
  const stateOf = (task: unknown): string => textAt(objectAt(task, 'Status'), 'State');
  const here = tasks.filter((task) => textAt(task, 'NodeID') === nodeId);
  if (here.some((task) => ALIVE.includes(stateOf(task)))) return false;
  // Of tasks that shall run every one does: what was moved has arrived. One that takes another's place is wanted "ready" at first.
  return tasks
    .filter((task) => ['ready', 'running'].includes(textAt(task, 'DesiredState')))
    .filter((task) => member(task, 'ServiceID') !== undefined)
    .every((task) => stateOf(task) === 'running');
}
