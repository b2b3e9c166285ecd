import { object, type Found } from '../../src/cloud/found.js';
import { TAG } from '../../src/cloud/owner.js';
import { together } from '../../src/cloud/together.js';
import { MachineError } from '../../src/errors.js';
import { connect, idOf, type Api, type Context } from './client.js';
import { removeFirewall } from './firewall.js';
import { groupOf, removeEmptyGroup } from './groups.js';
import type { HetznerMachine } from './handle.js';
import { isOfAnother, serverOf } from './states.js';

interface Ids {
  readonly servers: readonly number[];
  readonly keys: readonly number[];
  readonly firewalls: readonly number[];
  readonly groups: readonly number[];
}

/** What is on record and what carries the machine's label: an answer may have been lost. What is gone is success. */
export async function remove(machine: HetznerMachine, context: Context): Promise<void> {
  const api = await connect(machine, context);
  const found = await labelled(machine, api);
  const server = found.servers.find((one) => idOf(one) === machine.serverId) ?? (await serverOf(machine, api));
  if (!server && Object.values(found).flat().length === 0 && isOfAnother(machine, api)) throw elsewhere(machine);
  const formerGroup = object(server?.['placement_group']);
  const ids: Ids = {
    servers: united([idOf(server)], found.servers),
    keys: united([machine.keyId, ...machine.additionalKeyIds], found.keys),
    firewalls: united([machine.firewallId], found.firewalls),
    groups: united([machine.groupId, groupOf(formerGroup).isAuto ? idOf(formerGroup) : 0], found.groups),
  };
  await removeAll(ids, api, (line) => context.report.warn(line));
}

/** Servers first: they hold the others. */
export async function removeAll(ids: Ids, api: Api, warn: (line: string) => void): Promise<void> {
  for (const id of ids.servers) await api.remove('servers', id);
  for (const id of ids.keys) await api.remove('ssh_keys', id);
  for (const id of ids.firewalls) {
    const outcome = await removeFirewall(id, ids.servers, api);
    if (outcome === 'in use') warn(`firewall ${id} stays: other servers are behind it`);
  }
  for (const id of ids.groups) await removeEmptyGroup(id, api);
}

type Lists = Readonly<Record<keyof Ids, readonly Found[]>>;

async function labelled({ id }: HetznerMachine, api: Api): Promise<Lists> {
  if (id === '') return { servers: [], keys: [], firewalls: [], groups: [] };
  return listsOf(`${TAG.id}=${id}`, api);
}

/** All that carries such labels. */
export async function listsOf(selector: string, api: Api): Promise<Lists> {
  const query = { label_selector: selector };
  const [servers, keys, firewalls, groups] = await together([
    api.list('servers', query),
    api.list('ssh_keys', query),
    api.list('firewalls', query),
    api.list('placement_groups', query),
  ]);
  return { servers, keys, firewalls, groups };
}

function united(known: readonly number[], found: readonly Found[]): readonly number[] {
  return [...new Set([...known, ...found.map(idOf)])].filter((id) => id !== 0);
}

function elsewhere({ name }: HetznerMachine): MachineError {
  return new MachineError(
    'CredentialsRefused',
    `"${name}" was made with another API token, and this one sees no such server`,
    {
      suggestions: ['Give the API token of its project', `berth rm -f ${name}`],
    },
  );
}
