import { undefinedWhenAbsent } from '../../src/cloud/fault.js';
import { text, type Found } from '../../src/cloud/found.js';
import { EVERYTHING } from '../../src/cloud/ports.js';
import type { Ports } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { connect, type Api, type Context } from './client.js';
import { told } from './faults.js';
import { ensureFirewall, inboundOf, nameOf, setRules } from './firewall.js';
import type { DropletMachine } from './handle.js';
import { gone, made } from './power.js';
import { closed, opened, portsOf, ruleOf } from './rules.js';

export const ports: Ports<DropletMachine> = {
  lacks: ['esp'],

  list: (machine, context) =>
    told('look at the ports', async () => {
      const { firewalls } = await standing(machine, context);
      return firewalls.length === 0 ? EVERYTHING : portsOf(firewalls.flatMap(inboundOf));
    }),

  open: (machine, wanted, context) =>
    told('open a port', async () => {
      const { api, own, firewalls } = await standing(machine, context);
      // Behind no firewall everything is open; one with these rules alone would shut out all the rest.
      if (firewalls.length === 0) return undefined;
      if (wanted.some(({ protocol }) => protocol === 'esp')) throw noEsp(machine);
      if (own) await setRules(own, opened(inboundOf(own), wanted), api);
      const firewallId = own ? text(own['id']) : await ensureFirewall(machine, wanted.map(ruleOf), api);
      if (firewallId !== machine.firewallId) await context.keep({ ...machine, firewallId });
      return { ...machine, firewallId };
    }),

  close: (machine, unwanted, context) =>
    told('close a port', async () => {
      const { api, own, firewalls } = await standing(machine, context);
      if (firewalls.length === 0) throw unprotected(machine);
      if (own) await setRules(own, closed(inboundOf(own), unwanted), api);
    }),
};

interface Standing {
  readonly api: Api;
  /** The machine's own firewall. */
  readonly own: Found | undefined;
  /** All that are before it. */
  readonly firewalls: readonly Found[];
}

async function standing(machine: DropletMachine, context: Context): Promise<Standing> {
  const { dropletId } = made(machine);
  const api = await connect(machine, context);
  const firewalls = await api.list(`/droplets/${dropletId}/firewalls`, 'firewalls').catch(undefinedWhenAbsent);
  if (!firewalls) throw gone(machine);
  const own = firewalls.find(({ id, name }) => id === machine.firewallId || name === nameOf(machine));
  return { api, own, firewalls };
}

/** "Firewalls only support ICMP, TCP, and UDP", for private networks as well (docs.digitalocean.com, "Firewalls Limits"). */
function noEsp({ name, dropletId }: DropletMachine): MachineError {
  return new MachineError('NotSupported', `firewalls of DigitalOcean cannot let ESP in to "${name}"`, {
    suggestions: [
      `Take it out of its firewalls: doctl compute firewall remove-droplets FIREWALL --droplet-ids ${dropletId}`,
      'Create machines for encrypted clusters with --digitalocean-no-firewall; the hosts have rules of their own',
    ],
  });
}

function unprotected({ name, dropletId }: DropletMachine): MachineError {
  return new MachineError('NotSupported', `"${name}" stands behind no firewall, all its ports are open`, {
    suggestions: [`doctl compute firewall add-droplets FIREWALL --droplet-ids ${dropletId}`],
  });
}
