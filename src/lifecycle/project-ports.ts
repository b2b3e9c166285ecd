import { CALLER, cidrBlocks } from '../cloud/sources.js';
import { portText } from '../cloud/ports.js';
import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { callOf } from './driver-call.js';
import { isOpen } from './open-ports.js';
import { callerOf, changePorts, listPorts, type PortChange } from './ports.js';
import type { Program } from './program.js';
import type { ProjectMachine } from './project-machine.js';

/** @throws MachineError NotSupported, before a machine is made whose ports nobody could open */
export async function refusePorts({ spec, ports }: ProjectMachine): Promise<void> {
  if (ports.length === 0 || (await spec.load()).ports) return;
  throw new MachineError('NotSupported', `the driver ${spec.name} has no firewall that berth can change`, {
    suggestions: ['Take ports out of the machine'],
  });
}

/** Those of the ports that are not open yet for whom they shall be. */
export async function closedPorts(
  { request, ports }: ProjectMachine,
  program: Program,
): Promise<readonly PortChange[]> {
  if (ports.length === 0) return [];
  const { name } = request.machine;
  const present = await listPorts(name, program);
  const usesCaller = ports.some(({ sources }) => sources?.includes(CALLER));
  const caller = usesCaller ? await callerIfKnown(name, program) : undefined;
  return ports.filter((change) => {
    // A host that is off cannot tell where we come from: whoever else may come in stands for us.
    const isKnown = caller !== undefined || !change.sources?.includes(CALLER);
    const sources = isKnown ? cidrBlocks(change.sources ?? [], caller) : [];
    return !change.ports.every((port) =>
      isKnown ? isOpen({ ...port, sources }, present) : present.some((rule) => portText(rule) === portText(port)),
    );
  });
}

/** Lets those and only those reach the engine who may by the record now. */
export async function changeWhoReaches(name: MachineName, program: Program): Promise<void> {
  const machine = await program.store.read(name);
  const { transport, enginePort, engine } = machine;
  const { driver } = await callOf(machine, program);
  if (transport.kind !== 'tls' || !driver.ports) return;
  const port = { protocol: 'tcp', from: enginePort, to: enginePort, sources: [] } as const;
  const before = (await listPorts(name, program)).filter((rule) => portText(rule) === portText(port));
  const rules = await changePorts(name, { verb: 'open', ports: [port], sources: engine.allow ?? [CALLER] }, program);
  const wanted = rules.flatMap(({ sources }) => sources);
  const unwanted = before.flatMap(({ sources }) => sources).filter((source) => !wanted.includes(source));
  if (unwanted.length > 0) await changePorts(name, { verb: 'close', ports: [port], sources: unwanted }, program);
}

async function callerIfKnown(name: MachineName, program: Program): Promise<string | undefined> {
  const machine = await program.store.read(name);
  return callerOf({ machine, program }).catch((error: unknown) => {
    if (!isMachineError(error) || error.code === 'Cancelled') throw error;
    return undefined;
  });
}
