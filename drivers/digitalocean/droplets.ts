import { isFault } from '../../src/cloud/fault.js';
import { array, object, text, type Found } from '../../src/cloud/found.js';
import type { Candidate } from '../../src/cloud/stock.js';
import type { MachineState, NewHost } from '../../src/driver.js';
import { isMachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { idOf, type Api } from './client.js';
import type { DropletMachine } from './handle.js';
import type { DropletOptions } from './options.js';
import { COMMON_TAG, machineTag } from './owner.js';
import { candidatesOf, isGpu, tagsIn, userDataOf } from './settings.js';

/** How often a droplet is asked for when answers are lost. */
const TRIES = 5;
/** What a lost request has made is seen within so many first pauses of the account's pace: 10 s. */
const SEEN_PAUSES = 20;

export interface Wanted {
  readonly candidate: Candidate;
  /** Number or fingerprint. */
  readonly keys: readonly (number | string)[];
}

/** There are no tokens against repetition, and names are not unique: after a lost answer the tag tells what there is. */
export async function makeDroplet(host: NewHost<DropletOptions>, wanted: Wanted, api: Api): Promise<number> {
  const body = dropletBody(host, wanted, await userDataOf(host));
  for (let tries = 1; ; tries += 1) {
    try {
      return idOf(object((await api.post('/droplets', body, 'once'))['droplet']));
    } catch (error) {
      if (!isFault(error, 'unavailable')) throw error;
      const found = await lostDroplet(host, api);
      if (found) return idOf(found);
      if (tries >= TRIES) throw error;
    }
  }
}

async function lostDroplet(host: NewHost<DropletOptions>, api: Api): Promise<Found | undefined> {
  const { everyMs, signal } = api.rhythm;
  try {
    const withinMs = everyMs * SEEN_PAUSES;
    const wanted = { tag: machineTag(host), isGpu: isGpu(candidatesOf(host.options)) };
    const ask = async (): Promise<Found | undefined> => (await listDroplets(wanted, api))[0];
    return await poll(ask, { what: 'a droplet to be seen', withinMs, everyMs, signal });
  } catch (error) {
    if (!isMachineError(error, 'TimedOut')) throw error;
    return undefined;
  }
}

/** Those with GPUs are asked for apart (openapi: resources/droplets/droplets_list.yml). Without a tag: all of the account. */
export async function listDroplets(
  { tag, isGpu }: { readonly tag?: string | undefined; readonly isGpu: boolean },
  api: Api,
): Promise<readonly Found[]> {
  const query = tag === undefined ? {} : { tag_name: tag };
  const lists = await Promise.all([
    api.list('/droplets', 'droplets', query),
    isGpu ? api.list('/droplets', 'droplets', { ...query, type: 'gpus' }) : [],
  ]);
  return lists.flat();
}

/** The request for a droplet (openapi: resources/droplets/models/droplet_create.yml); what is not asked for is not in it. */
function dropletBody(
  host: NewHost<DropletOptions>,
  { candidate, keys }: Wanted,
  user_data: string,
): Readonly<Record<string, unknown>> {
  const { options, name } = host;
  const vpc = options['vpc-uuid'] ?? '';
  return {
    name,
    region: candidate.zone,
    size: candidate.type,
    image: /^\d+$/.test(options.image) ? Number(options.image) : options.image,
    ssh_keys: keys,
    user_data,
    tags: [...new Set([...tagsIn(options), COMMON_TAG, machineTag(host)])],
    ...(options.ipv6 ? { ipv6: true } : {}),
    ...(options.monitoring ? { monitoring: true } : {}),
    // Without a policy they are daily now, at a higher price.
    ...(options.backups ? { backups: true, backup_policy: { plan: 'weekly' } } : {}),
    ...(vpc === '' ? {} : { vpc_uuid: vpc }),
    ...(options['disable-public'] ? { public_networking: false } : {}),
  };
}

/** Undefined for a machine whose droplet was never made, or is not to be seen. */
export function dropletOf({ dropletId }: DropletMachine, api: Api): Promise<Found | undefined> {
  return dropletId === 0 ? Promise.resolve(undefined) : api.find(`/droplets/${dropletId}`, 'droplet');
}

/** openapi: resources/droplets/models/droplet.yml, status. */
const STATES: Readonly<Record<string, MachineState>> = {
  new: 'starting',
  active: 'running',
  off: 'stopped',
  archive: 'stopped',
};

export function statusOf(droplet: Found): MachineState {
  return STATES[text(droplet['status'])] ?? 'unknown';
}

export function addressOf({ reach }: DropletMachine, droplet: Found): string | undefined {
  const { v4, v6 } = object(droplet['networks']);
  const of = (list: unknown): string | undefined =>
    text(array(list).find(({ type }) => type === reach)?.['ip_address']);
  return of(v4) || of(v6) || undefined;
}
