import type { Machinery, StandInAnswer } from '../server.js';

export const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';
export const TENANT = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';

export type Json = Record<string, unknown>;

/** A resource as it was put; what changes by itself stands beside. */
export interface Resource {
  /** With the capitals of the request that made it. */
  readonly id: string;
  /** In lower case: "microsoft.compute/virtualmachines". */
  readonly type: string;
  readonly name: string;
  body: Json;
  /** How many lookups do not find it yet. */
  hidden: number;
  /** Of machines: what Azure says, without "PowerState/". */
  power: string;
  address: string;
}

/** A long operation: how many looks find it going on, and what it ends with. */
export interface Operation {
  looks: number;
  readonly ended: () => Json;
}

/** Everything that this Azure holds. */
export interface World {
  readonly resources: Map<string, Resource>;
  readonly operations: Map<string, Operation>;
  readonly machinery: Machinery | undefined;
  /** Set once the stand-in listens. */
  url: string;
  next: number;
  lookupsUntilSeen: number;
  /** Looks that find an operation going on, and a machine not running yet. */
  slowness: number;
}

/** Azure's error: a code and words. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, words: string) {
    super(words);
    this.status = status;
    this.code = code;
  }
}

export function refusal(status: number, code: string, message: string): StandInAnswer {
  return { status, body: { error: { code, message } } };
}

export function parts(of: Pick<Resource, 'body'> | undefined): Json {
  return (of?.body['properties'] ?? {}) as Json;
}

/** Begins a long operation; the headers tell where to look after it. */
export function operation(world: World, ended: () => Json = () => ({ status: 'Succeeded' })): Record<string, string> {
  const number = String((world.next += 1));
  world.operations.set(number, { looks: world.slowness, ended });
  const link = `${world.url}/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Stand/locations/westus/operations/${number}`;
  return { 'azure-asyncoperation': `${link}?api-version=2024-07-01`, 'retry-after': '0' };
}

export function find(world: World, id: string): Resource | undefined {
  return world.resources.get(id.toLowerCase());
}

/** @throws Refused as Azure refuses references to what is not there */
export function referred(world: World, reference: unknown, type: string): Resource {
  const id = (reference as { id?: unknown } | undefined)?.id;
  const found = typeof id === 'string' ? find(world, id) : undefined;
  if (found?.type === type) return found;
  throw new Refused(400, 'InvalidResourceReference', `Resource ${String(id)} referenced by resource was not found.`);
}

/** What of a type names the resource anywhere in its body. */
export function usersOf(world: World, id: string, type: string): readonly Resource[] {
  const needle = JSON.stringify(id.toLowerCase()).slice(1, -1);
  return [...world.resources.values()].filter(
    (one) => one.type === type && JSON.stringify(one.body).toLowerCase().includes(`"${needle}"`),
  );
}
