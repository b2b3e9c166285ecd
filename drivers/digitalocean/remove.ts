import { isFault } from '../../src/cloud/fault.js';
import { text } from '../../src/cloud/found.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { connect, idOf, type Api, type Context } from './client.js';
import { listDroplets } from './droplets.js';
import { isBusy } from './faults.js';
import { nameOf, ownFirewalls } from './firewall.js';
import type { DropletMachine } from './handle.js';
import { findKey } from './keys.js';
import { machineTag, ownName } from './owner.js';
import { isOfAnother } from './states.js';

/** All that was made for a machine. */
export interface Ids {
  readonly droplets: readonly number[];
  readonly firewalls: readonly string[];
  readonly keys: readonly number[];
  readonly tags: readonly string[];
}

/** A droplet goes when its first event is over, in milliseconds. */
const GOES_MS = 300_000;

/** What is on record and what carries the machine's tag or name: an answer may have been lost. What is gone is success. */
export async function remove(machine: DropletMachine, context: Context): Promise<void> {
  const api = await connect(machine, context);
  const [tagged, firewalls, key] = await Promise.all([
    machine.id === '' ? [] : listDroplets({ tag: machineTag(machine), isGpu: machine.isGpu }, api),
    machine.firewallId === '' && machine.id !== '' ? ownFirewalls(nameOf(machine), api) : [],
    lostKey(machine, api),
  ]);
  const ids: Ids = {
    droplets: known([machine.dropletId, ...tagged.map(idOf)]),
    firewalls: known([machine.firewallId, ...firewalls.map(({ id }) => text(id))]),
    keys: known([machine.keyId, key]),
    tags: machine.id === '' ? [] : [machineTag(machine)],
  };
  const removed = await removeAll(ids, api);
  if (removed === 0 && machine.dropletId !== 0 && (await isOfAnother(machine, api))) throw elsewhere(machine);
}

function known<T extends number | string>(ids: readonly T[]): readonly T[] {
  return [...new Set(ids)].filter(Boolean);
}

/** The number of a key whose answer was lost; one that somebody else has made is not ours to remove. */
async function lostKey(machine: DropletMachine, api: Api): Promise<number> {
  if (machine.keyId !== 0 || machine.keyFingerprint === '') return 0;
  const key = await findKey(machine.keyFingerprint, api);
  return key?.name === ownName(machine) ? key.id : 0;
}

/** How many there were. Droplets first: they cost most. */
export async function removeAll({ droplets, firewalls, keys, tags }: Ids, api: Api): Promise<number> {
  let count = 0;
  const gone = (outcome: 'removed' | 'absent'): void => void (count += outcome === 'removed' ? 1 : 0);
  for (const id of droplets) gone(await destroy(id, api));
  for (const id of firewalls) gone(await api.remove(`/firewalls/${id}`));
  for (const id of keys) gone(await api.remove(`/account/keys/${id}`));
  for (const tag of tags) gone(await api.remove(`/tags/${tag}`));
  return count;
}

/** One that is still being made may accept its end and live on: it is asked for until the droplet is not there. */
async function destroy(id: number, api: Api): Promise<'removed' | 'absent'> {
  let outcome: 'removed' | 'absent' = 'absent';
  await poll(
    async () => {
      try {
        if ((await api.remove(`/droplets/${id}`)) === 'absent') return true;
        outcome = 'removed';
      } catch (error) {
        if (!isBusy(error) && !isFault(error, 'conflict')) throw error;
      }
      return undefined;
    },
    { what: `droplet ${id} to go`, withinMs: GOES_MS, ...api.rhythm },
  );
  return outcome;
}

function elsewhere({ name }: DropletMachine): MachineError {
  return new MachineError('CredentialsRefused', `"${name}" was made with another token, and this one sees no droplet`, {
    suggestions: ['Give a token of its team', `berth rm -f ${name}`],
  });
}
