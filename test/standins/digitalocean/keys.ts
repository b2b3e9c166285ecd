import type { StandInRequest } from '../server.js';
import { KEY, parseBody } from './shapes.js';
import { fingerprintOf, nextId, notFound, unprocessable, type Key, type World } from './world.js';

/** By number or fingerprint. @throws Refused */
export function keyOf(world: World, id: string): Key {
  const found = [...world.keys.values()].find((key) => key.fingerprint === id || String(key.id) === id);
  if (!found) throw notFound();
  return found;
}

export function createKey(world: World, { body }: StandInRequest): Key {
  const { name, public_key: publicKey } = parseBody(body, KEY) as { name: string; public_key: string };
  if (!/^(ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]+( .*)?$/.test(publicKey)) throw unprocessable('Key invalid key type');
  const fingerprint = fingerprintOf(publicKey);
  if ([...world.keys.values()].some((key) => key.fingerprint === fingerprint))
    throw unprocessable('SSH Key is already in use on your account');
  const key = { id: nextId(world), name, fingerprint, public_key: publicKey };
  world.keys.set(key.id, key);
  return key;
}
