import { connect } from 'node:net';
import type { Machine } from '../record.js';
import type { Program } from './program.js';

/** Sees to it that somebody serves the socket of a machine whose engine is behind SSH. Nothing to do for the others. */
export async function ensureTunnel(machine: Pick<Machine, 'name' | 'transport'>, program: Program): Promise<void> {
  if (await hasTunnel(machine)) return;
  await program.startTunnel(machine.name);
}

/** Whether somebody serves it; true for machines that need nobody to. */
export async function hasTunnel({ transport }: Pick<Machine, 'transport'>): Promise<boolean> {
  return transport.kind !== 'tunnel' || isServed(transport.socket);
}

export function isServed(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const end = (served: boolean): void => {
      socket.destroy();
      resolve(served);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
