import { chmod, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMachineError, MachineError, systemCode } from '../errors.js';
import { ensureAuthority } from '../lifecycle/certificates.js';
import { specOf } from '../lifecycle/driver-call.js';
import { forEachBounded } from '../lifecycle/each.js';
import { dropContext, keepEntrances } from '../lifecycle/entrances.js';
import { locked } from '../lifecycle/locked.js';
import type { Program } from '../lifecycle/program.js';
import { makesHosts } from '../lifecycle/host-connection.js';
import { provisionMachine } from '../lifecycle/provision.js';
import { reprovision } from '../lifecycle/reprovision.js';
import type { MachineName } from '../name.js';
import type { Examined, Mend } from './finding.js';

/** Machines worked on at once. */
const AT_ONCE = 8;

/** What is to be done about the findings: nothing twice, what others build on first. */
export function mendsOf(examined: readonly Examined[]): readonly Mend[] {
  const all = examined.flatMap(({ findings }) => findings.flatMap(({ mend }) => mend ?? []));
  const single = [...new Map(all.map((mend) => [JSON.stringify(mend), mend])).values()];
  return single.filter((mend) => !isCovered(mend, single)).sort((one, other) => RANK[one.kind] - RANK[other.kind]);
}

const RANK: Readonly<Record<Mend['kind'], number>> = {
  mode: 0,
  unlock: 0,
  certificates: 1,
  address: 2,
  provision: 3,
  entrances: 4,
  'drop-context': 4,
};

/** Provisioning brings context and certificates along, and following an address provisions. */
function isCovered(mend: Mend, all: readonly Mend[]): boolean {
  const hasFor = (machine: MachineName, test: (other: Mend) => boolean): boolean =>
    all.some((other) => 'machine' in other && other.machine === machine && test(other));
  if (mend.kind === 'provision' && !mend.renew)
    return hasFor(mend.machine, (other) => other.kind === 'address' || (other.kind === 'provision' && other.renew));
  return mend.kind === 'entrances' && hasFor(mend.machine, ({ kind }) => kind === 'address' || kind === 'provision');
}

/** As it is told before it is done. */
export function mendTitle(mend: Mend): string {
  switch (mend.kind) {
    case 'mode':
      return `Keeping others out of ${mend.path}`;
    case 'unlock':
      return `Removing the lock that a killed process left in ${mend.folder}`;
    case 'certificates':
      return "Renewing the store's certificates";
    case 'drop-context':
      return `Removing the docker context "${mend.name}"`;
    case 'entrances':
      return `Bringing the docker context of ${mend.machine} up to date`;
    case 'address':
      return `Putting the address ${mend.address} of ${mend.machine} on record`;
    case 'provision':
      return mend.renew ? `Renewing the certificates of ${mend.machine}` : `Provisioning ${mend.machine}`;
  }
}

/** What could not be mended, and why. */
export interface MendFailure {
  readonly title: string;
  readonly error: MachineError;
}

/** Does all of it, whatever fails. @throws MachineError Cancelled */
export async function mendAll(mends: readonly Mend[], program: Program): Promise<readonly MendFailure[]> {
  const failures: MendFailure[] = [];
  for (const rank of new Set(mends.map(({ kind }) => RANK[kind]))) {
    const together = mends.filter(({ kind }) => RANK[kind] === rank);
    const outcomes = await forEachBounded(together, AT_ONCE, (mend) =>
      program.report.step(mendTitle(mend), () => mendOne(mend, program)),
    );
    for (const outcome of outcomes)
      if (outcome.state === 'failed') failures.push(failureOf(mendTitle(outcome.name), outcome.error));
  }
  return failures;
}

function failureOf(title: string, error: unknown): MendFailure {
  if (isMachineError(error) && error.code !== 'Cancelled') return { title, error };
  // What is not the user's yet: a folder of root's, a disk that is full.
  if (systemCode(error) === undefined || isMachineError(error)) throw error;
  return { title, error: new MachineError('StoreUnusable', `the system refuses it: ${systemCode(error) ?? ''}`) };
}

async function mendOne(mend: Mend, program: Program): Promise<void> {
  switch (mend.kind) {
    case 'mode':
      return chmod(mend.path, mend.mode);
    case 'unlock':
      for (const ticket of mend.tickets) await rm(join(mend.folder, ticket), { force: true });
      // Fails while somebody waits for it.
      return rmdir(mend.folder).catch(() => {});
    case 'certificates':
      return void (await ensureAuthority(program));
    case 'drop-context':
      return dropContext({ name: mend.name, owner: mend.machineId }, program);
    case 'entrances':
      return keepEntrances(await program.store.read(mend.machine), program);
    case 'address':
      return followAddress(mend, program);
    case 'provision':
      return void (await reprovision(mend.machine, { renew: mend.renew }, program));
  }
}

/** As `start` does it: the record first, then what depends on it. */
function followAddress({ machine: name, address }: Mend & { kind: 'address' }, program: Program): Promise<void> {
  return locked(name, program, async (machine) => {
    const moved = { ...machine, address };
    await program.store.write(moved);
    await provisionMachine(moved, { renew: false, setHostname: makesHosts(specOf(moved, program)) }, program);
  });
}
