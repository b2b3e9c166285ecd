import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { MachineError, throwIfCancelled } from '../../src/errors.js';

/**
 * Where a machine of the user network is reached. The whole of 127.0.0.0/8 is this computer's own on Linux and Windows, so each
 * machine has an address of its own and the usual ports; macOS has 127.0.0.1 alone (it answers for no other without an alias).
 */
export function ownAddress(id: string, platform: NodeJS.Platform): string {
  if (platform !== 'linux' && platform !== 'win32') return '127.0.0.1';
  const [first = 0, second = 0, third = 0] = createHash('sha256').update(id).digest();
  // 127.0.0.0/16 is left alone: 127.0.0.1, and 127.0.0.53 and 127.0.1.1 of Debian and Ubuntu, are in use there.
  return `127.${1 + (first % 254)}.${second}.${1 + (third % 254)}`;
}

/** The port where it is free at this address, any other that is free otherwise. */
export async function freePort(address: string, wanted: number, signal: AbortSignal): Promise<number> {
  throwIfCancelled(signal);
  return (await bound(address, wanted)) ?? (await bound(address, 0)) ?? refused(address);
}

export async function isFree(address: string, port: number): Promise<boolean> {
  return (await bound(address, port)) !== undefined;
}

/** Holds the port for a moment; undefined when it cannot be had: taken, or for root alone. */
async function bound(address: string, port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen({ host: address, port, exclusive: true }, resolve),
    );
    const at = server.address();
    return typeof at === 'object' && at !== null ? at.port : undefined;
  } catch {
    return undefined;
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
}

function refused(address: string): never {
  throw new MachineError('DriverFailed', `no port of ${address} can be had on this computer`);
}
