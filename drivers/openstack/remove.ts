import { type Found } from '../../src/cloud/found.js';
import { together } from '../../src/cloud/together.js';
import { MachineError } from '../../src/errors.js';
import { connect, type Api, type Context } from './client.js';
import { ownFloatingIps, removeFloatingIp } from './floating.js';
import { ownGroups, removeGroup } from './groups.js';
import type { OpenstackMachine } from './handle.js';
import { removeKey } from './keys.js';
import { findServer, ownServers, removeServer } from './servers.js';
import { isOfAnother } from './states.js';
import { idOf } from './values.js';
import { ownVolumes, removeVolume } from './volumes.js';

export interface Ids {
  readonly servers: readonly string[];
  readonly floatingIps: readonly string[];
  readonly volumes: readonly string[];
  readonly groups: readonly string[];
  /** Names. */
  readonly keys: readonly string[];
}

/** What is on record and what carries the machine's tags: an answer may have been lost. What is gone is success. */
export async function remove(machine: OpenstackMachine, context: Context): Promise<void> {
  const api = await connect(machine.identity, context);
  const [server, servers, floatingIps, groups, volumes] = await together([
    findServer(machine.serverId, api),
    ownServers(machine, api),
    ownFloatingIps(machine, api),
    ownGroups(machine, api),
    ownVolumes(machine, api),
  ]);
  const found = [...(server ? [server] : []), ...servers, ...floatingIps, ...groups, ...volumes];
  if (found.length === 0 && isOfAnother(machine, api)) throw elsewhere(machine);
  const ids: Ids = {
    servers: withKnown(machine.serverId, servers),
    floatingIps: withKnown(machine.floatingIpId, floatingIps),
    volumes: withKnown(machine.volumeId, volumes),
    groups: withKnown(machine.groupId, groups),
    keys: withKnown(machine.keyName, []),
  };
  await removeAll(ids, api, (line) => context.report.warn(line));
}

function withKnown(known: string, found: readonly Found[]): readonly string[] {
  return [...new Set([known, ...found.map(idOf)])].filter(Boolean);
}

/** Servers first: they hold the others. */
export async function removeAll(ids: Ids, api: Api, warn: (line: string) => void): Promise<void> {
  await together(ids.servers.map((id) => removeServer(id, api)));
  await together([
    ...ids.floatingIps.map((id) => removeFloatingIp(id, api)),
    ...ids.volumes.map((id) => removeVolume(id, api)),
    ...ids.keys.map((name) => removeKey(name, api)),
  ]);
  for (const id of ids.groups) {
    const outcome = await removeGroup(id, api);
    if (outcome === 'in use') warn(`security group ${id} stays: other ports are in it`);
  }
}

function elsewhere({ name }: OpenstackMachine): MachineError {
  return new MachineError(
    'CredentialsRefused',
    `"${name}" was made in another project, and this one has no such server`,
    {
      suggestions: ['Give the credentials of its project', `berth rm -f ${name}`],
    },
  );
}
