import { pingEngine, type EngineVersion } from '../engine/ping.js';
import { engineUrl, type Machine } from '../record.js';
import { connectTo } from './host-connection.js';
import type { Program } from './program.js';

/** The engine's own socket, as every package of it has it. */
export const ENGINE_SOCKET = '/var/run/docker.sock';

/** What its engine says of itself: through SSH, on a connection of its own. @throws MachineError EngineUnreachable, and what connecting throws */
export async function askThroughSsh(machine: Machine, timeoutMs: number, program: Program): Promise<EngineVersion> {
  await using host = await connectTo(machine, { ...program, sshWithinMs: timeoutMs }, { retry: false });
  const socket = await host.dial(ENGINE_SOCKET);
  const engine = { machine: machine.name, url: engineUrl(machine) };
  return await pingEngine(engine, { timeoutMs, signal: program.signal, socket });
}
