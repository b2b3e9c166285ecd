import { isFault } from '../../src/cloud/fault.js';
import { array, object, text } from '../../src/cloud/found.js';
import { ownerTags, resourceName, TAG } from '../../src/cloud/owner.js';
import { firstInStock } from '../../src/cloud/stock.js';
import { together } from '../../src/cloud/together.js';
import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { ACTION_MS, connect, idOf, labelsOf, type Api, type Context } from './client.js';
import { ensureFirewall } from './firewall.js';
import { ensureGroup } from './groups.js';
import type { HetznerMachine } from './handle.js';
import { ensureKey, keysOf } from './keys.js';
import { checkFree, checkPlaces, lookUp, type Plan, type Try } from './lookup.js';
import type { HetznerOptions } from './options.js';
import { PING, ruleOf } from './rules.js';
import { serverBody } from './server-body.js';
import { checkOptions, endpointOf, firstPorts, idIn, labelsIn, userDataOf, wantsFirewall } from './settings.js';
import { reachOf } from './stored.js';

type Host = NewHost<HetznerOptions>;

/** What has just been made is found by everybody after this, in milliseconds. */
const SEEN_MS = 60_000;

/** Whatever can be refused before anything costs money. */
export async function check(host: Host, context: Context): Promise<void> {
  const { options, name, id } = host;
  checkOptions(options, context.report);
  await together([keysOf(host), userDataOf(host)]);
  const api = await connect({ endpoint: endpointOf(options), context: '' }, context);
  const [plan, [namesake]] = await together([
    lookUp(options, api, context.now()),
    api.list('servers', { name }),
    checkKey(options, api),
  ]);
  if (namesake && labelsOf(namesake)[TAG.id] !== id) throw nameTaken(name);
  checkPlaces(plan);
  checkFree(plan, idOf(namesake));
}

async function checkKey(options: HetznerOptions, api: Api): Promise<void> {
  const id = idIn(options['existing-key-id'], 'existing-key-id');
  if (id === 0 || (await api.find('ssh_keys', id))) return;
  throw new MachineError('CheckFailed', `Hetzner has no SSH key "${id}" in this project`, {
    suggestions: ['hcloud ssh-key list', 'Leave --hetzner-existing-key-id out: berth makes a key of its own'],
  });
}

function nameTaken(name: string): MachineError {
  return new MachineError('CheckFailed', `a server called "${name}" is in this project already`, {
    suggestions: ['Take another name', `hcloud server describe ${name}`, 'berth gc --driver hetzner'],
  });
}

/** Names at Hetzner are unique: whatever is asked for twice is there once. */
export async function create(host: Host, context: Context, kept?: HetznerMachine): Promise<HetznerMachine> {
  const { options } = host;
  const lookMs = options['wait-on-polling'] * 1_000;
  const place = { endpoint: endpointOf(options), context: kept?.context ?? '' };
  const api = await connect(place, context, lookMs);
  let machine = kept ?? planned(host, api);
  const keep = async (more: Partial<HetznerMachine>): Promise<void> => {
    machine = { ...machine, ...more };
    await context.keep(machine);
  };
  await keep({});
  if (machine.serverId !== 0) return machine;
  const plan = await lookUp(options, api, context.now());
  // Now it is known which token Hetzner knows.
  if (machine.mark !== api.account.mark) await keep(api.account);
  const keyIds = await makeKeys(host, { api, keep });
  if (wantsFirewall(options) && machine.firewallId === 0)
    await keep({ firewallId: await makeFirewall(host, api, kept !== undefined) });
  await firstInStock(plan.tries, context.report, async (one) => {
    await makeServer(host, { api, plan, one, keyIds, firewallId: machine.firewallId, keep, now: context.now });
  });
  return machine;
}

type Keep = (more: Partial<HetznerMachine>) => Promise<void>;

function planned({ name, id, store, options }: Host, api: Api): HetznerMachine {
  return {
    ...api.account,
    ...{ name, id, store, serverId: 0, madeAt: '' },
    ...{ keyId: 0, additionalKeyIds: [], firewallId: 0, groupId: 0 },
    reach: reachOf(options),
    sshUser: options['ssh-user'],
    sshPort: options['ssh-port'],
  };
}

/** Ids of all keys that may log in; those that were made for this machine are on record. */
async function makeKeys(host: Host, { api, keep }: { api: Api; keep: Keep }): Promise<readonly number[]> {
  const { options } = host;
  const existing = idIn(options['existing-key-id'], 'existing-key-id');
  const labels = { ...labelsIn(options['key-label'], 'key-label'), ...ownerTags(host) };
  const ids = existing === 0 ? [] : [existing];
  const additional: number[] = [];
  for (const [index, wanted] of (await keysOf(host)).entries()) {
    const { id, isOwn } = await ensureKey(wanted, labels, api);
    ids.push(id);
    if (!isOwn) continue;
    if (index === 0 && existing === 0) await keep({ keyId: id });
    else additional.push(id);
    if (additional.length > 0) await keep({ additionalKeyIds: [...additional] });
  }
  return ids;
}

function makeFirewall(host: Host, api: Api, isLookedFor: boolean): Promise<number> {
  const rules = [...firstPorts(host.options).map(ruleOf), PING];
  return ensureFirewall({ name: resourceName(host), labels: ownerTags(host), rules, isLookedFor }, api);
}

interface Making {
  readonly api: Api;
  readonly plan: Plan;
  readonly one: Try;
  readonly keyIds: readonly number[];
  readonly firewallId: number;
  readonly keep: Keep;
  readonly now: () => Date;
}

/** One attempt. A server whose placing fails after its answer is removed before the next one. */
async function makeServer(host: Host, making: Making): Promise<void> {
  const { api, keep, now } = making;
  const { id, actions } = await ensureServer(host, making);
  await keep({ serverId: id, madeAt: now().toISOString() });
  const limit = host.options['wait-for-running-timeout'] * 1_000 || ACTION_MS;
  try {
    await api.done(actions, `server "${host.name}" to be made`, limit);
  } catch (error) {
    if (!isFault(error, 'stock')) throw error;
    await api.remove('servers', id);
    await keep({ serverId: 0, madeAt: '' });
    throw error;
  }
}

async function ensureServer(
  host: Host,
  making: Making,
): Promise<{ id: number; actions: readonly Readonly<Record<string, unknown>>[] }> {
  const { api, keep } = making;
  const userData = await userDataOf(host);
  for (let tries = 1; ; tries += 1) {
    const group = await ensureGroup(host.options, ownerTags(host), api);
    if (group?.isAuto) await keep({ groupId: group.id });
    try {
      const body = serverBody(host, { ...making, userData, groupId: group?.id ?? 0 });
      const { server, action, next_actions: next } = await api.post('/servers', body);
      return { id: idOf(object(server)), actions: [object(action), ...array(next)] };
    } catch (error) {
      // Another machine's removal has taken the group away in between.
      if (group && isFault(error, 'notFound') && tries < 3) continue;
      if (!isFault(error, 'conflict') || error.code !== 'uniqueness_error') throw error;
      return { id: await idOfOwn(host, api), actions: [] };
    }
  }
}

/** A server of this name exists: a lost answer's, which has our label, or somebody else's. */
async function idOfOwn({ name, id }: Host, api: Api): Promise<number> {
  const found = await poll(async () => (await api.list('servers', { name }))[0], {
    what: `server "${name}" to be seen`,
    withinMs: SEEN_MS,
    ...api.rhythm,
  });
  if (text(labelsOf(found)[TAG.id]) !== id) throw nameTaken(name);
  return idOf(found);
}
