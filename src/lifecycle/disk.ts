import { parseUsage, unusedVolumes, type EngineUsage } from '../engine/usage.js';
import { MachineError } from '../errors.js';
import { member } from '../json.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { specOf } from './driver-call.js';
import { withEngine, type EngineCall } from './engine-call.js';
import { connectTo } from './host-connection.js';
import type { Program } from './program.js';

/** A file system of the host, in bytes. */
export interface Disk {
  readonly path: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
}
export interface MachineUsage {
  readonly name: MachineName;
  /** Of the engine's data; absent without a host that can be asked. */
  readonly disk?: Disk;
  readonly engine: EngineUsage;
}

/** An engine adds up the files of each volume and container; a full disk takes its time. */
const USAGE_WITHIN_MS = 120_000;
/** Removing a hundred gigabytes of layers takes minutes. */
const PRUNE_WITHIN_MS = 1_800_000;
const DATA_ROOT = '/var/lib/docker';

/** What takes space on a machine: engine and host are asked at once. */
export async function machineUsage(name: MachineName, program: Program): Promise<MachineUsage> {
  const machine = await program.store.read(name);
  const [engine, disk] = await Promise.all([
    withEngine(machine, program, async (call) =>
      parseUsage(await call({ method: 'GET', path: '/system/df', timeoutMs: USAGE_WITHIN_MS })),
    ),
    specOf(machine, program).features.ssh ? diskOf(machine, program) : undefined,
  ]);
  return { name, engine, ...(disk ? { disk } : {}) };
}

async function diskOf(machine: Machine, program: Program): Promise<Disk | undefined> {
  await using host = await connectTo(machine, program, { retry: false });
  const { stdout } = await host.run(['df', '-Pk', DATA_ROOT, '/'], { signal: program.signal }).catch(() =>
    // Where the engine keeps its data elsewhere there may be no such folder.
    host.run(['df', '-Pk', '/'], { signal: program.signal }),
  );
  return parseDf(stdout);
}

/** The first file system that POSIX df prints. */
export function parseDf(text: string): Disk | undefined {
  const [, line = ''] = text.split('\n');
  const match = /\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s+(\S.*)$/.exec(line);
  if (match?.[4] === undefined) return undefined;
  const bytes = (index: number): number => Number(match[index]) * 1024;
  return { path: match[4], totalBytes: bytes(1), usedBytes: bytes(2), freeBytes: bytes(3) };
}

export interface Pruning {
  /** Also images that no container uses, and all of the build cache. */
  readonly all: boolean;
  readonly volumes: boolean;
  /** Only what is older: "24h", or a time; '' is everything. */
  readonly until: string;
}
export interface Pruned {
  readonly name: MachineName;
  readonly freedBytes: number;
}

/** Removes what nobody uses: stopped containers, networks, images, build cache, and volumes if asked to. */
export async function pruneMachine(name: MachineName, pruning: Pruning, program: Program): Promise<Pruned> {
  const machine = await program.store.read(name);
  const freed = await program.report.step('Removing what nobody uses', () =>
    withEngine(machine, program, (call) => prunedBytes(pruning, call)),
  );
  return { name, freedBytes: freed };
}

/** One after the other: a container that is gone lets go of its image, network and volume. */
async function prunedBytes({ all, volumes, until }: Pruning, call: EngineCall): Promise<number> {
  const age = until === '' ? {} : { until: [until] };
  return (
    (await prunedOf({ path: '/containers/prune', filters: age }, call)) +
    (await prunedOf({ path: '/networks/prune', filters: age }, call)) +
    (volumes ? await prunedVolumes(all, call) : 0) +
    (await prunedOf({ path: '/images/prune', filters: { ...age, dangling: [all ? 'false' : 'true'] } }, call)) +
    (await prunedOf({ path: '/build/prune', filters: age, query: all ? 'all=1&' : '' }, call))
  );
}

interface Kind {
  readonly path: string;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly query?: string;
}

async function prunedOf({ path, filters, query = '' }: Kind, call: EngineCall): Promise<number> {
  const wanted = `${path}?${query}filters=${encodeURIComponent(JSON.stringify(filters))}`;
  const answer = await call({ method: 'POST', path: wanted, timeoutMs: PRUNE_WITHIN_MS, mayBeMissing: true });
  const space = member(answer, 'SpaceReclaimed');
  return typeof space === 'number' ? space : 0;
}

/** Engines before version 23 know no such filter, and without one they remove volumes with names as well. */
async function prunedVolumes(all: boolean, call: EngineCall): Promise<number> {
  const version = await call({ method: 'GET', path: '/version', timeoutMs: PRUNE_WITHIN_MS });
  const api = member(version, 'ApiVersion');
  const tellsNames = typeof api === 'string' && Number(/^1\.(\d+)$/.exec(api)?.[1]) >= 42;
  if (tellsNames || all)
    return prunedOf({ path: '/volumes/prune', filters: all && tellsNames ? { all: ['true'] } : {} }, call);
  const answer = await call({ method: 'GET', path: '/system/df', timeoutMs: USAGE_WITHIN_MS });
  let freed = 0;
  for (const { name, bytes } of unusedVolumes(answer).filter((volume) => NAMELESS.test(volume.name))) {
    await call({ method: 'DELETE', path: `/volumes/${name}`, timeoutMs: PRUNE_WITHIN_MS, mayBeMissing: true });
    freed += bytes;
  }
  return freed;
}

/** What such an engine calls a volume that nobody has named. */
const NAMELESS = /^[0-9a-f]{64}$/;

/** @throws MachineError BadOption for a time that the engine would not understand; it does not go with volumes */
export function checkPruning({ volumes, until }: Pruning): void {
  if (until === '') return;
  if (volumes) throw new MachineError('BadUsage', 'volumes have no age: --until does not go with --volumes');
  if (/^(\d+(\.\d+)?(h|m|s))+$/.test(until) || /^\d{4}-\d\d-\d\d(T\S+)?$/.test(until) || /^\d{9,}$/.test(until)) return;
  throw new MachineError('BadOption', `option --until wants a span like 24h or a date, got "${until}"`);
}
