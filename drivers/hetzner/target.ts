import { array, object, text, type Found } from '../../src/cloud/found.js';
import type { SshTarget } from '../../src/driver.js';
import { poll } from '../../src/poll.js';
import { connect, type Context } from './client.js';
import { isSettling, type HetznerMachine } from './handle.js';
import { gone } from './power.js';
import { serverOf } from './states.js';

/** A private address comes some seconds after the server, in milliseconds. */
const ADDRESS_MS = 120_000;

export async function target(machine: HetznerMachine, context: Context): Promise<SshTarget> {
  const api = await connect(machine, context);
  const host = await poll(
    async () => {
      const server = await serverOf(machine, api);
      if (!server && !isSettling(machine, context.now())) throw gone(machine);
      return server && addressOf(machine, server);
    },
    { what: `${machine.name} to have an address`, withinMs: ADDRESS_MS, ...api.rhythm },
  );
  return { host, port: machine.sshPort, user: machine.sshUser };
}

function addressOf({ reach }: HetznerMachine, server: Found): string | undefined {
  const { ipv4, ipv6 } = object(server['public_net']);
  const [network] = array(server['private_net']);
  const address = {
    ipv4: text(object(ipv4)['ip']),
    ipv6: hostOf(text(object(ipv6)['ip'])),
    private: text(network?.['ip']),
  }[reach];
  return address || undefined;
}

/** Hetzner gives a /64; the host itself takes the first address of it (docs.hetzner.com, "Static configuration"). */
function hostOf(network: string): string {
  const [prefix = '', bits] = network.split('/');
  return bits === undefined || !prefix.endsWith('::') ? prefix : `${prefix}1`;
}
