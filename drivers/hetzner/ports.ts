import { array, object, type Found } from '../../src/cloud/found.js';
import { resourceName, TAG } from '../../src/cloud/owner.js';
import { EVERYTHING } from '../../src/cloud/ports.js';
import { together } from '../../src/cloud/together.js';
import type { Ports } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { connect, idOf, type Api, type Context } from './client.js';
import { told } from './faults.js';
import { apply, ensureFirewall, ownFirewall } from './firewall.js';
import type { HetznerMachine } from './handle.js';
import { gone } from './power.js';
import { closed, opened, portsOf, type Rule } from './rules.js';
import { serverOf } from './states.js';
import { handleOf } from './stored.js';

export const ports: Ports<HetznerMachine> = {
  list: (kept, context) =>
    told('look at the ports', async () => {
      const machine = handleOf(kept);
      const { firewalls } = await standing(machine, context);
      return firewalls ? portsOf(firewalls.flatMap(({ rules }) => array(rules))) : EVERYTHING;
    }),

  open: (kept, wanted, context) =>
    told('open a port', async () => {
      const machine = handleOf(kept);
      const { api, own, firewalls } = await standing(machine, context);
      // Behind no firewall everything is open; one with these rules alone would shut out all the rest.
      if (!firewalls) return undefined;
      if (own) {
        await setRules(own, opened(array(own['rules']), wanted), api);
        if (!firewalls.includes(own)) await apply(idOf(own), machine.serverId, api);
        return { ...machine, firewallId: idOf(own) };
      }
      const labels = { [TAG.machine]: machine.name, [TAG.id]: machine.id, [TAG.store]: machine.store };
      const firewallId = await ensureFirewall(
        {
          ...{ name: resourceName(machine), rules: opened([], wanted), isLookedFor: false },
          labels: machine.id === '' ? {} : labels,
          serverId: machine.serverId,
        },
        api,
      );
      await context.keep({ ...machine, firewallId });
      return { ...machine, firewallId };
    }),

  close: (kept, unwanted, context) =>
    told('close a port', async () => {
      const machine = handleOf(kept);
      const { api, own, firewalls } = await standing(machine, context);
      if (!firewalls) throw unprotected(machine);
      if (own) await setRules(own, closed(array(own['rules']), unwanted), api);
    }),
};

interface Standing {
  readonly api: Api;
  /** The machine's own firewall. */
  readonly own: Found | undefined;
  /** All that are before its public addresses; undefined when there is none. */
  readonly firewalls: readonly Found[] | undefined;
}

async function standing(machine: HetznerMachine, context: Context): Promise<Standing> {
  const api = await connect(machine, context);
  const server = await serverOf(machine, api);
  if (!server) throw gone(machine);
  const applied = array(object(server['public_net'])['firewalls']).map(idOf);
  const found = await together(applied.map((id) => api.find('firewalls', id)));
  const firewalls = found.filter((one) => one !== undefined);
  const own =
    firewalls.find((one) => idOf(one) === machine.firewallId) ??
    (machine.firewallId === 0 ? undefined : await api.find('firewalls', machine.firewallId)) ??
    (machine.id === '' || applied.length === 0 ? undefined : await ownFirewall(machine.id, api));
  return { api, own, firewalls: firewalls.length === 0 ? undefined : firewalls };
}

async function setRules(own: Found, rules: readonly Rule[], api: Api): Promise<void> {
  const { actions } = await api.post(`/firewalls/${idOf(own)}/actions/set_rules`, { rules });
  await api.done(array(actions), 'the rules of the firewall to be set');
}

function unprotected({ name }: HetznerMachine): MachineError {
  return new MachineError('NotSupported', `"${name}" stands behind no firewall, all its ports are open`, {
    suggestions: [`hcloud firewall apply-to-resource --type server --server ${name} FIREWALL`],
  });
}
