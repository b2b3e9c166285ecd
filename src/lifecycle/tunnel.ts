import { isMachineError, MachineError } from '../errors.js';
import type { Host } from '../host/host.js';
import { openTunnel, type Tunnel } from '../host/tunnel.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { ENGINE_SOCKET } from './engine-socket.js';
import { connectTo } from './host-connection.js';
import type { Program } from './program.js';
import { isServed } from './tunnel-start.js';

/** A client that waits for a host longer than this takes it for dead. In milliseconds. */
const REACH_WITHIN_MS = 15_000;

export interface TunnelService {
  /** As openTunnel has it. */
  readonly idleMs: number;
  readonly onReady: () => void;
}

/**
 * Serves the socket of a machine until nobody needs it any more: the machine is removed, reached otherwise, or nobody was
 * connected for long. Where somebody serves it already there is nothing to do.
 * @throws MachineError NotSupported for a machine that is reached otherwise
 */
export async function serveTunnel(
  name: MachineName,
  { idleMs, onReady }: TunnelService,
  program: Program,
): Promise<void> {
  const { machine, socket } = await tunnelled(name, program);
  if (await isServed(socket)) return onReady();
  // It serves for days, and its files may be those of another version, or gone, by the time that the first client comes.
  await program.loadSsh();
  const place = new Place(machine);
  await using tunnel: Tunnel = await openTunnel({
    socketPath: socket,
    remotePath: ENGINE_SOCKET,
    idleMs,
    connect: async () => reach((await tunnelled(name, program)).machine, program),
    onChange: () => void place.look(name, { tunnel, program }),
  });
  onReady();
  const { signal } = program;
  const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([tunnel.ended, ...(signal.aborted ? [] : [interrupted])]);
}

/** Nobody is there who could be asked for a passphrase. */
function reach(machine: Machine, { passphraseAsker: _nobody, ...program }: Program): Promise<Host> {
  return connectTo(machine, { ...program, sshWithinMs: REACH_WITHIN_MS }, { retry: false });
}

async function tunnelled(name: MachineName, { store }: Program): Promise<{ machine: Machine; socket: string }> {
  const machine = await store.read(name);
  if (machine.transport.kind === 'tunnel') return { machine, socket: machine.transport.socket };
  throw new MachineError('NotSupported', `the engine of "${name}" is not reached through SSH`, {
    suggestions: [`berth transport ${name} ssh`, `berth env ${name}`],
  });
}

/** Where the machine is, for as long as a tunnel leads there. */
class Place {
  constructor(private machine: Machine) {}

  /** The record may have changed: the tunnel follows it to another address, and ends where it is not wanted any more. */
  async look(
    name: MachineName,
    { tunnel, program }: { readonly tunnel: Tunnel; readonly program: Program },
  ): Promise<void> {
    try {
      const { machine } = await tunnelled(name, program);
      const { address, ssh } = this.machine;
      const isSame = machine.address === address && machine.ssh.port === ssh.port && machine.ssh.user === ssh.user;
      this.machine = machine;
      if (!isSame) tunnel.reconnect();
    } catch (error) {
      // A record that is being removed, or that cannot be read just now, is no reason to end: the socket's absence is.
      if (isMachineError(error, 'NotSupported')) await tunnel[Symbol.asyncDispose]();
    }
  }
}
