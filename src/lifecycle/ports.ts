import { cidrBlocks, CALLER } from '../cloud/sources.js';
import { portText } from '../cloud/ports.js';
import type { PortRule } from '../driver.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { callOf, type DriverCall } from './driver-call.js';
import { locked } from './locked.js';
import type { Program } from './program.js';
import { connectTo } from './host-connection.js';

/** What is to be changed: ports without their sources, and for whom. */
export interface PortChange {
  readonly verb: 'open' | 'close';
  readonly ports: readonly PortRule[];
  /** As `parseSources` returns them; undefined closes a port for everybody. */
  readonly sources?: readonly string[];
}

/** Rules of the provider's firewall for a machine. @throws MachineError NotSupported */
export async function listPorts(name: MachineName, program: Program): Promise<readonly PortRule[]> {
  const call = await callOf(await program.store.read(name), program);
  return portsOf(call).list(call.resource, call.context);
}

/** Opens or closes ports; the rules that were asked for are returned. @throws MachineError NotSupported, BadOption */
export async function changePorts(
  name: MachineName,
  change: PortChange,
  program: Program,
): Promise<readonly PortRule[]> {
  const { store, report } = program;
  return locked(name, program, async (machine) => {
    const call = await callOf(machine, program);
    const ports = portsOf(call);
    const rules = await wantedRules(change, { machine, call, program });
    const title = `${change.verb === 'open' ? 'Opening' : 'Closing'} ${rules.map(portText).join(', ') || 'nothing'}`;
    const changed = await report.step(title, () => ports[change.verb](call.resource, rules, call.context));
    if (changed !== undefined) await store.write({ ...(await store.read(name)), resource: changed });
    return rules;
  });
}

interface Place {
  readonly machine: Machine;
  readonly call: DriverCall;
  readonly program: Program;
}

async function wantedRules(change: PortChange, place: Place): Promise<readonly PortRule[]> {
  const { sources, ports } = change;
  if (sources === undefined)
    return rulesOf(ports, await portsOf(place.call).list(place.call.resource, place.call.context));
  const caller = sources.includes(CALLER) ? await callerOf(place) : undefined;
  const blocks = cidrBlocks(sources, caller);
  return ports.map((port) => ({ ...port, sources: blocks }));
}

/** The rules as they are of the ports that are to be closed for everybody. */
function rulesOf(ports: readonly PortRule[], rules: readonly PortRule[]): readonly PortRule[] {
  return rules.filter((rule) => ports.some((port) => portText(port) === portText(rule)));
}

/** Where our connections come from, as the machine sees it. */
export async function callerOf({ machine, program }: Pick<Place, 'machine' | 'program'>): Promise<string> {
  await using host = await connectTo(machine, program, { retry: false });
  const { stdout } = await host.run(['sh', '-c', 'echo "${SSH_CONNECTION%% *}"'], { signal: program.signal });
  const caller = stdout.trim();
  if (cidrBlocks([CALLER], caller).length > 0) return caller;
  throw new MachineError('CommandFailed', `machine "${machine.name}" does not see where this computer calls from`, {
    suggestions: ['Name your address: --from 192.0.2.7'],
  });
}

function portsOf({ driver, spec }: DriverCall): NonNullable<DriverCall['driver']['ports']> {
  if (driver.ports) return driver.ports;
  throw new MachineError('NotSupported', `the driver ${spec.name} has no firewall that berth can change`);
}

/**
 * Opens the engine's port for those who may reach it: the caller, unless `--engine-allow` says otherwise. Nothing to do where
 * the provider has no firewall. The machine is returned with the handle that is on record then.
 */
export async function openEnginePort(machine: Machine, caller: string | undefined, program: Program): Promise<Machine> {
  if (machine.transport.kind !== 'tls' || machine.resource === undefined) return machine;
  const { driver, resource, context } = await callOf(machine, program);
  if (!driver.ports) return machine;
  const sources = cidrBlocks(machine.engine.allow ?? [CALLER], caller);
  const port = machine.enginePort;
  if (sources.length === 0) {
    program.report.warn(`nobody reaches the engine: berth ports ${machine.name} open ${port} --from ADDRESS`);
    return machine;
  }
  const rule: PortRule = { protocol: 'tcp', from: port, to: port, sources };
  const changed = await driver.ports.open(resource, [rule], context);
  program.report.debug(`port ${port} is open for ${sources.join(', ')}`);
  if (changed === undefined) return machine;
  const opened = { ...machine, resource: changed };
  await program.store.write(opened);
  return opened;
}
