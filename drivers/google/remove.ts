import { randomUUID } from 'node:crypto';
import { isFault } from '../../src/cloud/fault.js';
import { TAG } from '../../src/cloud/owner.js';
import type { DriverContext } from '../../src/driver.js';
import { poll, pause } from '../../src/poll.js';
import type { Disk, Instance } from './api.js';
import { computeOf, lastOf, unlessMissing, type Compute } from './client.js';
import type { GoogleMachine } from './machine.js';
import { isYoung, ownInstance } from './own.js';
import { removeRules } from './rules.js';
import { together } from '../../src/cloud/together.js';

type Context = DriverContext<GoogleMachine>;

/** A named resource in a zone. */
export interface Zonal {
  readonly zone: string;
  readonly name: string;
}

/** Instance, disk and rules of the firewall; all of them are tried before the first failure is told. */
export async function removeMachine(machine: GoogleMachine, context: Context): Promise<void> {
  const compute = await computeOf(machine, context);
  await together([
    removeInstance(machine, compute, context),
    machine.firewall ? removeRules(machine, { compute }) : undefined,
  ]);
}

async function removeInstance(machine: GoogleMachine, compute: Compute, context: Context): Promise<void> {
  const { zone, instance, disk, exists, id, foreign } = machine;
  const isCertain = id === '' || foreign || (exists === true && !isYoung(machine, context));
  const found = isCertain ? await named(machine, compute) : await sought(machine, compute, context);
  for (const one of found) await deleteInstance(one, compute, context.signal);
  const disks = isCertain ? [{ zone, name: disk }] : await strayDisks(machine, compute);
  for (const one of disks) if (await isOwnDisk(one, machine, compute)) await deleteDisk(one, compute, context.signal);
  if (isCertain) return;
  context.report.debug(`looked for ${instance} in every zone of ${compute.project}`);
}

async function named(machine: GoogleMachine, compute: Compute): Promise<readonly Zonal[]> {
  return (await ownInstance(machine, compute)) ? [{ zone: machine.zone, name: machine.instance }] : [];
}

/** Questions after an instance whose request got no answer, and what is doubled between them. */
const LOOKS = 3;

/** An interrupted create may have made it in any zone, and it may be to be seen a moment later only. */
async function sought(machine: GoogleMachine, compute: Compute, context: Context): Promise<readonly Zonal[]> {
  let pauseMs = compute.everyMs;
  for (let look = 1; ; look += 1, pauseMs *= 2) {
    const [near, far] = await together([
      named(machine, compute),
      compute.ask('Instances.aggregatedList', { filter: `labels.${TAG.id} = "${machine.id}"` }),
    ]);
    const all = [...near, ...far.map(zonal)];
    const found = all.filter((one, index) => all.findIndex(({ zone }) => zone === one.zone) === index);
    if (found.length > 0 || look === LOOKS || !isYoung(machine, context)) return found;
    await pause(pauseMs, context.signal);
  }
}

async function strayDisks({ id }: GoogleMachine, compute: Compute): Promise<readonly Zonal[]> {
  return (await compute.ask('Disks.aggregatedList', { filter: `labels.${TAG.id} = "${id}"` })).map(zonal);
}

export function zonal({ zone, name = '' }: Instance | Disk): Zonal {
  return { zone: lastOf(zone) ?? '', name };
}

async function isOwnDisk({ zone, name }: Zonal, { id }: GoogleMachine, compute: Compute): Promise<boolean> {
  const found = await unlessMissing(compute.ask('Disks.get', { zone, disk: name }));
  return found !== undefined && (id === '' || found.labels?.[TAG.id] === id);
}

export function deleteInstance({ zone, name }: Zonal, compute: Compute, signal: AbortSignal): Promise<void> {
  return settled(
    async () => {
      const asked = compute.ask('Instances.delete', { zone, instance: name, requestId: randomUUID() });
      await compute.done(await asked);
    },
    name,
    { everyMs: compute.everyMs, signal },
  );
}

export function deleteDisk({ zone, name }: Zonal, compute: Compute, signal: AbortSignal): Promise<void> {
  return settled(
    async () => {
      const asked = compute.ask('Disks.delete', { zone, disk: name, requestId: randomUUID() });
      await compute.done(await asked);
    },
    name,
    { everyMs: compute.everyMs, signal },
  );
}

/** How long another operation on the same resource may be under way, in milliseconds. */
const BUSY_MS = 180_000;

/** Tries again while something else is done to it; that it is gone is success. */
async function settled(
  work: () => Promise<void>,
  name: string,
  rhythm: { readonly everyMs: number; readonly signal: AbortSignal },
): Promise<void> {
  let words: unknown;
  await poll(
    async () => {
      try {
        await work();
      } catch (error) {
        words = error;
        if (isFault(error, 'conflict')) return undefined;
        if (!isFault(error, 'notFound')) throw error;
      }
      return true;
    },
    { what: `Google to let go of ${name}`, withinMs: BUSY_MS, ...rhythm, lastWords: () => words },
  );
}
