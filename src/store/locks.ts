import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError, systemCode } from '../errors.js';
import { poll } from '../poll.js';
import { describeOwner, isAlive, ownProcess } from './lock-owner.js';
import type { LockOptions } from './store.js';

/** A create takes minutes at the worst; who waits longer than this is told who is in the way. */
const WITHIN_MS = 600_000;
/** Owners on another computer cannot be asked; they show that they live by touching their ticket. */
const HEARTBEAT_MS = 10_000;

/**
 * Runs the work while no other process, and nothing else in this one, holds the lock. Lamport's bakery on files: everybody
 * writes only files of names nobody else uses, so the files of a dead owner can be removed by anyone without a race, and a
 * killed process holds nobody up.
 * @throws MachineError StoreLocked at the limit, Cancelled, StoreUnusable
 */
export async function withLock<T>(
  folder: string,
  what: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const me = `${await ownProcess()}-${randomBytes(4).toString('hex')}`;
  const ticket = await takeTicket(folder, me);
  const heartbeat = setInterval(() => {
    const now = new Date();
    void utimes(join(folder, ticket), now, now).catch(() => {});
  }, HEARTBEAT_MS).unref();
  try {
    await untilFirst(folder, ticket, what, options);
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(join(folder, ticket), { force: true });
    // Fails while somebody waits; whoever comes last succeeds.
    await rmdir(folder).catch(() => {});
  }
}

interface Ticket {
  readonly file: string;
  readonly number: number;
  readonly owner: string;
}

const TICKET = /^(choosing|ticket)-(\d+)-(.+)$/;

/** While a number is being chosen the `choosing` file tells the others to wait for it. */
async function takeTicket(folder: string, me: string): Promise<string> {
  const choosing = `choosing-0-${me}`;
  try {
    await makeFile(folder, choosing);
    const numbers = (await tickets(folder)).map(({ number }) => number);
    const ticket = `ticket-${Math.max(0, ...numbers) + 1}-${me}`;
    await rename(join(folder, choosing), join(folder, ticket));
    return ticket;
  } catch (cause) {
    await rm(join(folder, choosing), { force: true }).catch(() => {});
    throw new MachineError('StoreUnusable', `cannot lock ${folder}`, { cause });
  }
}

/** The last one of before may remove the folder at any moment: within mkdir, and between it and write. */
async function makeFile(folder: string, file: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return await writeFile(join(folder, file), '', { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || attempt === 100) throw error;
    }
  }
}

/** Two readings: one may pass by a file that changes its name meanwhile, the second then finds it under the new one. */
async function tickets(folder: string): Promise<Ticket[]> {
  const names = new Set([...(await filesIn(folder)), ...(await filesIn(folder))]);
  return [...names].flatMap((file) => {
    const match = TICKET.exec(file);
    return match?.[3] === undefined ? [] : [{ file, number: Number(match[2]), owner: match[3] }];
  });
}

function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
}

async function untilFirst(
  folder: string,
  mine: string,
  what: string,
  { signal, withinMs = WITHIN_MS, onWait }: LockOptions,
): Promise<void> {
  let owner = '';
  try {
    await poll(
      async () => {
        const ahead = await firstAhead(folder, mine);
        if (ahead === undefined) return true;
        if (owner === '') onWait?.(describeOwner(ahead));
        owner = ahead;
        return undefined;
      },
      { what: `the lock of ${what}`, withinMs, everyMs: 5, atMostEveryMs: 100, progress: () => owner, signal },
    );
  } catch (error) {
    if (!(error instanceof MachineError) || error.code !== 'TimedOut') throw error;
    throw new MachineError('StoreLocked', `${what} is worked on by ${describeOwner(owner)}`, {
      suggestions: ['Wait until it is done, or end that process'],
    });
  }
}

/** The living owner whose turn is before ours, if there is one; what the dead left is removed on the way. */
async function firstAhead(folder: string, mine: string): Promise<string | undefined> {
  const all = await tickets(folder);
  const own = all.find(({ file }) => file === mine);
  if (!own) throw new MachineError('StoreUnusable', `the lock in ${folder} was taken away from this process`);
  const before = all
    .filter((other) => other.file !== mine && precedes(other, own))
    .sort((one, other) => one.number - other.number);
  for (const other of before) {
    if (await alive(folder, other)) return other.owner;
    await rm(join(folder, other.file), { force: true });
  }
  return undefined;
}

/** Equal numbers are possible: two that chose at once; then the names decide. A chooser may still get a smaller one. */
function precedes(one: Ticket, other: Ticket): boolean {
  return one.number < other.number || (one.number === other.number && one.owner < other.owner);
}

async function alive(folder: string, { file, owner }: Ticket): Promise<boolean> {
  const touched = await stat(join(folder, file)).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  return touched !== undefined && isAlive(owner, touched);
}

/** Files in a lock's folder whose owners live no more. Whoever takes the lock next would remove them, too. */
export async function abandonedTickets(folder: string): Promise<readonly string[]> {
  const all = await tickets(folder);
  const living = await Promise.all(all.map((ticket) => alive(folder, ticket)));
  return all.flatMap(({ file }, index) => (living[index] === true ? [] : [file]));
}
