import { member } from '../json.js';
import { objectAt, textAt } from './answers.js';
import type { SwarmEngine } from './engine.js';
import type { Json, JsonObject } from '../record.js';

/** Settings of the swarm as a whole, asked of and told to a manager. */
export async function setAutolock(engine: SwarmEngine, autolock: boolean): Promise<void> {
  await updateSwarm(engine, '', (spec) => ({
    ...spec,
    EncryptionConfig: { ...objectAt(spec, 'EncryptionConfig'), AutoLockManagers: autolock },
  }));
}

/** What was known before lets nobody in any more. */
export async function rotateTokens(engine: SwarmEngine): Promise<void> {
  await updateSwarm(engine, '&rotateWorkerToken=true&rotateManagerToken=true', (spec) => spec);
}

export async function rotateUnlockKey(engine: SwarmEngine): Promise<void> {
  await updateSwarm(engine, '&rotateManagerUnlockKey=true', (spec) => spec);
}

/** '' where managers do not lock themselves. */
export async function readUnlockKey(engine: SwarmEngine): Promise<string> {
  return textAt(await engine.call({ method: 'GET', path: '/swarm/unlockkey' }), 'UnlockKey');
}

export async function unlock(engine: SwarmEngine, key: string): Promise<void> {
  await engine.call({ method: 'POST', path: '/swarm/unlock', body: { UnlockKey: key } });
}

async function updateSwarm(engine: SwarmEngine, query: string, change: (spec: JsonObject) => Json): Promise<void> {
  const swarm = await engine.call({ method: 'GET', path: '/swarm' });
  const version = member(objectAt(swarm, 'Version'), 'Index');
  const path = `/swarm/update?version=${typeof version === 'number' ? version : 0}${query}`;
  await engine.call({ method: 'POST', path, body: change(objectAt(swarm, 'Spec')) });
}
