import type { Instance } from '../../../drivers/google/api.js';
import type { Machinery } from '../server.js';

export const PROJECT = 'acme-1';
export const ZONES = ['us-central1-a', 'us-central1-b', 'us-central1-f', 'europe-west1-b'];

type Loose = Record<string, unknown> & { name: string };
export interface StoodInstance extends Loose {
  status: string;
  console?: string;
  zone: string;
  labels: Record<string, string>;
  tags: { fingerprint: string; items: string[] };
  metadata: { fingerprint: string; items: { key: string; value: string }[] };
  networkInterfaces: NonNullable<Instance['networkInterfaces']>;
}
export interface Kept<T extends Loose = Loose> {
  readonly value: T;
  /** Was there before and is somebody else's. */
  readonly others: boolean;
  /** Lookups that do not find it yet. */
  unseen: number;
}
export interface StoodOperation {
  readonly name: string;
  readonly operationType: string;
  readonly targetLink: string;
  readonly zone?: string;
  status: 'RUNNING' | 'DONE';
  error?: { errors: { code: string; message: string }[] };
  /** Questions until it has ended. */
  left: number;
  ending?: Promise<void>;
  /** What happens when it ends. */
  readonly finish: () => Promise<void> | void;
}

export interface World {
  /** By "zone/name". */
  readonly instances: Map<string, Kept<StoodInstance>>;
  readonly disks: Map<string, Kept>;
  /** By name. */
  readonly firewalls: Map<string, Kept>;
  readonly operations: Map<string, StoodOperation>;
  /** Operations by the id of the request that began them. */
  readonly requests: Map<string, StoodOperation>;
  readonly machinery: Machinery | undefined;
  /** Codes of errors that the next instances end with. */
  readonly failures: string[];
  /** Zones, and types as "zone/type", of which there is nothing left; operations end with an error then. */
  readonly dry: Set<string>;
  /** What was just made is not found by so many lookups. */
  unseen: number;
  /** Items of a page of a list. */
  pageSize: number;
  made: number;
}

export function newWorld(machinery: Machinery | undefined): World {
  const world: World = {
    instances: new Map(),
    disks: new Map(),
    firewalls: new Map(),
    operations: new Map(),
    requests: new Map(),
    machinery,
    failures: [],
    dry: new Set(),
    unseen: 0,
    pageSize: 500,
    made: 0,
  };
  const others = { 'berth-machine': 'web-1', 'berth-id': 'ffffffffffffffff', 'berth-store': '0000000000000000' };
  const theirs = <T extends Loose>(value: T): Kept<T> => ({ value, others: true, unseen: 0 });
  const zone = zoneUrl('us-central1-b');
  world.instances.set(
    'us-central1-b/web-1',
    theirs({
      ...{ name: 'web-1', status: 'RUNNING', zone, labels: others, networkInterfaces: [] },
      tags: { fingerprint: 'AA==', items: ['berth-web-1-ffffffff', 'docker-machine'] },
      metadata: { fingerprint: 'AA==', items: [{ key: 'berth-machine', value: 'web-1' }] },
    }),
  );
  world.disks.set('us-central1-b/web-1-disk', theirs({ name: 'web-1-disk', zone, labels: others }));
  world.disks.set('us-central1-a/data', theirs({ name: 'data', zone: zoneUrl('us-central1-a'), labels: {} }));
  const network = networkUrl('default');
  const owned = { description: JSON.stringify(others), targetTags: ['berth-web-1-ffffffff'] };
  for (const rule of [
    { name: 'docker-machines', network, targetTags: ['docker-machine'] },
    { name: 'default-allow-ssh', network },
    { name: 'berth-web-1-ffffffff-0123456', network, ...owned },
  ])
    world.firewalls.set(rule.name, theirs(rule));
  return world;
}

const BASE = 'https://www.googleapis.com/compute/v1';

export function zoneUrl(zone: string): string {
  return `${BASE}/projects/${PROJECT}/zones/${zone}`;
}

export function networkUrl(name: string): string {
  return `${BASE}/projects/${PROJECT}/global/networks/${name}`;
}

/** Lets time pass for one operation: it ends when it has been asked after often enough. */
export async function advance(operation: StoodOperation, steps = 1): Promise<void> {
  if (operation.status === 'DONE') return;
  operation.left -= steps;
  if (operation.left > 0) return;
  operation.ending ??= end(operation);
  await operation.ending;
}

async function end(operation: StoodOperation): Promise<void> {
  try {
    await operation.finish();
  } catch (error) {
    operation.error = { errors: [{ code: 'INTERNAL_ERROR', message: String(error) }] };
  }
  operation.status = 'DONE';
}

export function begin(
  world: World,
  parts: Pick<StoodOperation, 'operationType' | 'targetLink' | 'finish'> & { zone?: string; requestId?: string },
): StoodOperation {
  const { requestId, ...rest } = parts;
  const name = `operation-${(world.made += 1)}`;
  const operation: StoodOperation = { ...rest, name, status: 'RUNNING', left: 2 };
  world.operations.set(name, operation);
  if (requestId) world.requests.set(requestId, operation);
  return operation;
}

/** Everything that is under way comes to its end. */
export function settleAll(world: World): void {
  for (const operation of world.operations.values()) void advance(operation, Number.POSITIVE_INFINITY);
}
