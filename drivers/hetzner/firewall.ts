import { isFault, undefinedWhenAbsent } from '../../src/cloud/fault.js';
import { array, object, type Found } from '../../src/cloud/found.js';
import { TAG } from '../../src/cloud/owner.js';
import { poll } from '../../src/poll.js';
import { idOf, type Api } from './client.js';
import type { Rule } from './rules.js';

export interface WantedFirewall {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
  /** A server that exists; one that is being made names its firewall itself. */
  readonly serverId?: number;
  /** An earlier call may have made it. */
  readonly isLookedFor: boolean;
}

/** How often a lost answer is asked after. */
const TRIES = 5;
/** A server that was removed lets go of its firewall some seconds later, in milliseconds. */
const LETS_GO_MS = 60_000;

/** Makes the firewall, or finds that of an earlier call: nothing says that names of firewalls are unique. */
export async function ensureFirewall(wanted: WantedFirewall, api: Api): Promise<number> {
  const { serverId, isLookedFor, ...parts } = wanted;
  const server = serverId === undefined ? {} : { apply_to: [{ type: 'server', server: { id: serverId } }] };
  for (let tries = 1; ; tries += 1) {
    const found = tries > 1 || isLookedFor ? await ownFirewall(wanted.labels[TAG.id] ?? '', api) : undefined;
    if (found) return idOf(found);
    try {
      const { firewall, actions } = await api.post('/firewalls', { ...parts, ...server }, 'once');
      await api.done(array(actions), `the firewall of ${wanted.name} to be applied`);
      return idOf(object(firewall));
    } catch (error) {
      if (!isFault(error, 'unavailable', 'conflict') || tries >= TRIES) throw error;
    }
  }
}

/** By its label. */
export async function ownFirewall(id: string, api: Api): Promise<Found | undefined> {
  return (await api.list('firewalls', { label_selector: `${TAG.id}=${id}` }))[0];
}

/** Servers that others have put behind it keep it. */
export async function removeFirewall(
  id: number,
  goneServers: readonly number[],
  api: Api,
): Promise<'removed' | 'in use'> {
  return poll<'removed' | 'in use'>(
    async () => {
      try {
        await api.remove('firewalls', id);
        return 'removed';
      } catch (error) {
        if (!isFault(error, 'conflict') || error.code !== 'resource_in_use') throw error;
      }
      const users = array((await api.find('firewalls', id))?.['applied_to']);
      const others = users.filter(({ server }) => !goneServers.includes(idOf(object(server))));
      return others.length > 0 ? 'in use' : undefined;
    },
    { what: `the server to let go of firewall ${id}`, withinMs: LETS_GO_MS, ...api.rhythm },
  );
}

/** Puts a firewall before a server. */
export async function apply(id: number, serverId: number, api: Api): Promise<void> {
  const body = { apply_to: [{ type: 'server', server: { id: serverId } }] };
  const answer = await api.post(`/firewalls/${id}/actions/apply_to_resources`, body).catch((error: unknown) => {
    if (!isFault(error, 'conflict') || error.code !== 'firewall_already_applied') undefinedWhenAbsent(error);
    return undefined;
  });
  await api.done(array(answer?.['actions']), `firewall ${id} to be applied`);
}
