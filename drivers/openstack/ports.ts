import { text, type Found } from '../../src/cloud/found.js';
import { EVERYTHING } from '../../src/cloud/ports.js';
import { together } from '../../src/cloud/together.js';
import type { Ports } from '../../src/driver.js';
import { connect, segment, type Api, type Context } from './client.js';
import { told } from './faults.js';
import { addRules, ensureGroup, findGroup, ownGroups } from './groups.js';
import type { OpenstackMachine } from './handle.js';
import { idsOf, portsOf, rulesIn, rulesOf } from './rules.js';
import { act, findServer, gone } from './servers.js';
import { idOf } from './values.js';

export const ports: Ports<OpenstackMachine> = {
  list: (machine, context) =>
    told('look at the ports', async () => {
      const { groups, isOpen } = await standing(machine, context);
      return isOpen ? EVERYTHING : portsOf(groups.flatMap(rulesIn));
    }),

  open: (machine, wanted, context) =>
    told('open a port', async () => {
      const { api, groups, isOpen } = await standing(machine, context);
      if (isOpen) return undefined;
      const known = await ownGroup(machine, api);
      const group = known ?? (await ensureGroup({ owner: machine, isLookedFor: false }, api));
      const changed = { ...machine, groupId: idOf(group) };
      if (machine.groupId !== changed.groupId) await context.keep(changed);
      await addRules(group, wanted.flatMap(rulesOf), api);
      if (!groups.some((one) => idOf(one) === idOf(group)))
        await act({ id: machine.serverId, name: machine.name }, { addSecurityGroup: { name: idOf(group) } }, api);
      return changed;
    }),

  close: (machine, unwanted, context) =>
    told('close a port', async () => {
      const api = await connect(machine.identity, context);
      const own = await ownGroup(machine, api);
      const ids = own ? idsOf(unwanted.flatMap(rulesOf), rulesIn(own)) : [];
      for (const id of ids) await api.remove('network', `/security-group-rules/${segment(id)}`);
    }),
};

interface Standing {
  readonly api: Api;
  readonly groups: readonly Found[];
  /** Its ports have no security: groups say nothing. */
  readonly isOpen: boolean;
}

async function standing(machine: OpenstackMachine, context: Context): Promise<Standing> {
  const api = await connect(machine.identity, context);
  if (!(await findServer(machine.serverId, api))) throw gone(machine.name);
  const all = await api.list('network', '/ports', { device_id: machine.serverId });
  const ids = all.flatMap((port) => (Array.isArray(port['security_groups']) ? port['security_groups'].map(text) : []));
  const groups = await together([...new Set(ids)].map((id) => findGroup(id, api)));
  return {
    api,
    groups: groups.filter((one) => one !== undefined),
    isOpen: all.length > 0 && all.every((port) => port['port_security_enabled'] === false),
  };
}

async function ownGroup(machine: OpenstackMachine, api: Api): Promise<Found | undefined> {
  const known = machine.groupId === '' ? undefined : await findGroup(machine.groupId, api);
  return known ?? (await ownGroups(machine, api))[0];
}
