import { isFault } from '../../src/cloud/fault.js';
import { object, type Found } from '../../src/cloud/found.js';
import { resourceName } from '../../src/cloud/owner.js';
import { isMachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { segment, type Api } from './client.js';
import { ensure } from './ensure.js';
import { missingOf, rulesIn, type Rule } from './rules.js';
import { described, ownerByDescription, type Owner } from './tags.js';
import { idOf } from './values.js';

/** How often rules are asked for, when others come in between or answers are lost. */
const TRIES = 5;
/** Ports that were removed let go of their groups some seconds later, in milliseconds. */
const LETS_GO_MS = 30_000;

export interface WantedGroup {
  readonly owner: Owner;
  /** An earlier call may have made it. */
  readonly isLookedFor: boolean;
}

/** The machine's own group, without any rule for what comes in. */
export function ensureGroup({ owner, isLookedFor }: WantedGroup, api: Api): Promise<Found> {
  const body = { security_group: { name: resourceName(owner), description: described(owner) } };
  return ensure(
    {
      isLookedFor,
      find: async () => (await ownGroups(owner, api))[0],
      make: async () => object((await api.post('network', '/security-groups', body))['security_group']),
    },
    api,
  );
}

/** By name and description: names of groups are not unique. */
export async function ownGroups(owner: Owner, api: Api): Promise<readonly Found[]> {
  if (owner.id === '') return [];
  const named = await api.list('network', '/security-groups', { name: resourceName(owner) });
  return named.filter((one) => ownerByDescription(one)?.machineId === owner.id);
}

export async function findGroup(id: string, api: Api): Promise<Found | undefined> {
  const found = await api.find('network', `/security-groups/${segment(id)}`);
  return found && object(found['security_group']);
}

/** Rules that are there are success. */
export async function addRules(group: Found, rules: readonly Rule[], api: Api): Promise<void> {
  const id = idOf(group);
  for (let tries = 1, there = rulesIn(group); ; tries += 1) {
    const missing = missingOf(rules, there).map((rule) => ({ security_group_id: id, ...rule }));
    if (missing.length === 0) return;
    try {
      await api.post('network', '/security-group-rules', { security_group_rules: missing });
      return;
    } catch (error) {
      // One of them is there already, and Neutron takes all or nothing.
      const isAskedAgain = isFault(error, 'unavailable') || (isFault(error, 'conflict') && /exists/i.test(error.code));
      if (!isAskedAgain || tries >= TRIES) throw error;
    }
    there = await api.list('network', '/security-group-rules', { security_group_id: id });
  }
}

/** Servers that others have put into it keep it. */
export async function removeGroup(id: string, api: Api, letsGoMs = LETS_GO_MS): Promise<'removed' | 'in use'> {
  try {
    return await poll<'removed'>(
      async () => {
        try {
          await api.remove('network', `/security-groups/${segment(id)}`);
          return 'removed';
        } catch (error) {
          if (!isFault(error, 'conflict')) throw error;
          return undefined;
        }
      },
      { what: `the server to let go of security group ${id}`, withinMs: letsGoMs, ...api.rhythm },
    );
  } catch (error) {
    if (!isMachineError(error, 'TimedOut')) throw error;
    return 'in use';
  }
}
