import { isFault } from '../../src/cloud/fault.js';
import { object, text } from '../../src/cloud/found.js';
import { isMachineError, MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { connect, type Api, type Context } from './client.js';
import type { HetznerMachine } from './handle.js';
import { serverOf } from './states.js';

export interface Limits {
  /** How long a host may take to shut down before its power is cut, in milliseconds. */
  readonly shutdownMs: number;
}

const OFF_WITHIN_MS = 60_000;

/** A server that runs already takes it well. */
export async function start(machine: HetznerMachine, context: Context): Promise<void> {
  await act(machine, 'poweron', await connect(machine, context));
}

/** Asks the host to shut down; one that does not listen loses its power. */
export async function stop(machine: HetznerMachine, limits: Limits, context: Context): Promise<void> {
  const api = await connect(machine, context);
  if (await isOff(machine, api)) return;
  await act(machine, 'shutdown', api);
  try {
    await untilOff(machine, api, limits.shutdownMs);
  } catch (error) {
    if (!isMachineError(error, 'TimedOut')) throw error;
    context.report.warn(`"${machine.name}" does not shut down: its power is cut`);
    await cutPower(machine, api);
  }
}

export async function kill(machine: HetznerMachine, context: Context): Promise<void> {
  await cutPower(machine, await connect(machine, context));
}

async function cutPower(machine: HetznerMachine, api: Api): Promise<void> {
  await act(machine, 'poweroff', api);
  await untilOff(machine, api, OFF_WITHIN_MS);
}

async function act(machine: HetznerMachine, verb: string, api: Api): Promise<void> {
  try {
    const { action } = await api.post(`/servers/${machine.serverId}/actions/${verb}`);
    await api.done([object(action)], `Hetzner to do "${verb}" for ${machine.name}`);
  } catch (error) {
    throw isFault(error, 'notFound') ? gone(machine) : error;
  }
}

async function untilOff(machine: HetznerMachine, api: Api, withinMs: number): Promise<void> {
  await poll(async () => ((await isOff(machine, api)) ? true : undefined), {
    what: `${machine.name} to be off`,
    withinMs,
    ...api.rhythm,
  });
}

async function isOff(machine: HetznerMachine, api: Api): Promise<boolean> {
  const server = await serverOf(machine, api);
  if (!server) throw gone(machine);
  return text(server['status']) === 'off';
}

export function gone({ name }: HetznerMachine): MachineError {
  return new MachineError('DriverFailed', `machine "${name}" is gone`, { suggestions: [`berth rm ${name}`] });
}
