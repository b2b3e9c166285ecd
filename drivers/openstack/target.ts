import { array, number, object, text, type Found } from '../../src/cloud/found.js';
import type { SshTarget } from '../../src/driver.js';
import { poll } from '../../src/poll.js';
import { connect, type Context } from './client.js';
import { isSettling, type OpenstackMachine } from './handle.js';
import { findServer, gone } from './servers.js';

/** Addresses come while the server is being built, in milliseconds. */
const ADDRESS_MS = 180_000;

export async function target(machine: OpenstackMachine, context: Context): Promise<SshTarget> {
  const api = await connect(machine.identity, context);
  const host = await poll(
    async () => {
      const server = await findServer(machine.serverId, api);
      if (!server && !isSettling(machine, context.now())) throw gone(machine.name);
      return server && addressOf(machine, server);
    },
    { what: `${machine.name} to have an address`, withinMs: ADDRESS_MS, ...api.rhythm },
  );
  return { host, port: machine.sshPort, user: machine.sshUser };
}

/** A floating address before a fixed one, the first network before the others. */
function addressOf({ floatingIp, network, ipVersion }: OpenstackMachine, server: Found): string | undefined {
  if (floatingIp !== '') return floatingIp;
  const addresses = object(server['addresses']);
  const all = [...array(addresses[network]), ...Object.values(addresses).flatMap(array)];
  const fits = all.filter(({ version }) => number(version) === ipVersion);
  const found = fits.find((one) => one['OS-EXT-IPS:type'] === 'floating') ?? fits[0];
  const said = text(server[ipVersion === 6 ? 'accessIPv6' : 'accessIPv4']);
  return text(found?.['addr']) || said || undefined;
}
