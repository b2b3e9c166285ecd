import { callEngine, type ApiCall } from '../engine/api.js';
import { engineUrl, type Machine } from '../record.js';
import { engineAddress } from './engine-address.js';
import { ENGINE_SOCKET } from './engine-socket.js';
import { connectTo } from './host-connection.js';
import type { Program } from './program.js';

export type EngineCall = (call: Omit<ApiCall, 'signal'>) => Promise<unknown>;

/** Calls of a machine's engine, by whichever way leads there: its port, or a connection of SSH for all of them. */
export async function withEngine<T>(
  machine: Machine,
  program: Program,
  work: (call: EngineCall) => Promise<T>,
): Promise<T> {
  const { signal } = program;
  const { kind } = machine.transport;
  if (kind === 'tls' || kind === 'url') {
    const engine = await engineAddress(machine, program);
    return work((call) => callEngine(engine, { ...call, signal }));
  }
  await using host = await connectTo(machine, program, { retry: false });
  const engine = { machine: machine.name, url: engineUrl(machine) };
  return await work(async (call) => callEngine(engine, { ...call, signal, socket: await host.dial(ENGINE_SOCKET) }));
}
