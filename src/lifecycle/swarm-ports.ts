import { ESP } from '../cloud/ports.js';
import { parseSources } from '../cloud/sources.js';
import type { PortRule } from '../driver.js';
import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { FirewallRules } from '../swarm/cluster-host.js';
import type { Machine } from '../record.js';
import { GOSSIP_PORT, MANAGEMENT_PORT } from '../swarm/contract.js';
import { callOf } from './driver-call.js';
import { isOpen } from './open-ports.js';
import { changePorts } from './ports.js';
import type { Program } from './program.js';

export interface SwarmPorts extends FirewallRules {
  readonly machine: MachineName;
  /** Members that were let in before. */
  readonly before: readonly string[];
  readonly encrypted: boolean;
}

/**
 * The provider's firewall lets the members in on the swarm's ports, and whoever was a member no more. Nothing to do where a
 * machine stands behind none that berth may change; rules of other sources are somebody else's.
 * @throws MachineError NotSupported where encryption is wanted and the firewall lets no ESP through
 */
export async function setProviderPorts(wish: SwarmPorts, program: Program): Promise<void> {
  const { machine } = wish;
  const record = await program.store.read(machine);
  if (record.resource === undefined) return;
  const { driver, resource, context } = await callOf(record, program);
  if (!driver.ports) return;
  const present = await driver.ports.list(resource, context);
  const missing = missingRules(wish, present);
  const isHopeless = missing.some(({ protocol }) => driver.ports?.lacks?.includes(protocol));
  if (missing.length > 0) await openPorts(machine, missing, { isHopeless, program });
  for (const rule of staleRules(wish, present))
    await changePorts(machine, { verb: 'close', ports: [rule], sources: rule.sources }, program);
}

/** The same for a machine whose lock is held: the machine is returned with the handle that is on record then. */
export async function openHere(machine: Machine, wish: SwarmPorts, program: Program): Promise<Machine> {
  if (machine.resource === undefined) return machine;
  const { driver, resource, context } = await callOf(machine, program);
  if (!driver.ports) return machine;
  const present = await driver.ports.list(resource, context);
  const missing = missingRules(wish, present);
  if (missing.length === 0) return machine;
  const changed = await driver.ports.open(resource, missing, context);
  if (changed === undefined) return machine;
  await program.store.write({ ...machine, resource: changed });
  return { ...machine, resource: changed };
}

/** Groups that the user manages may let the members in by other means than addresses. @throws MachineError NotSupported */
async function openPorts(
  machine: MachineName,
  rules: readonly PortRule[],
  { isHopeless, program }: { readonly isHopeless: boolean; readonly program: Program },
): Promise<void> {
  try {
    await changePorts(machine, { verb: 'open', ports: rules, sources: rules[0]?.sources ?? [] }, program);
  } catch (error) {
    if (isHopeless || !isMachineError(error, 'NotSupported')) throw error;
    program.report.warn(`${machine}: ${error.message}; see that it lets the swarm's ports in from its members`);
  }
}

function missingRules(wish: SwarmPorts, present: readonly PortRule[]): readonly PortRule[] {
  const sources = parseSources(wish.members, 'from');
  const wanted = portsOf(wish).map((port) => ({ ...port, sources }));
  return wanted.filter((rule) => rule.sources.length > 0 && !isOpen(rule, present));
}

type Wanted = Pick<SwarmPorts, 'manager' | 'dataPathPort' | 'encrypted'>;
type Port = Omit<PortRule, 'sources'>;

function portsOf({ manager, dataPathPort, encrypted }: Wanted): readonly Port[] {
  const port = (protocol: PortRule['protocol'], number: number): Port => ({ protocol, from: number, to: number });
  const management = manager ? [port('tcp', MANAGEMENT_PORT)] : [];
  const encryption = encrypted ? [ESP] : [];
  return [...management, port('tcp', GOSSIP_PORT), port('udp', GOSSIP_PORT), port('udp', dataPathPort), ...encryption];
}

/** Of former members every port; of a manager that is none any more the port of managers. */
function staleRules(wish: SwarmPorts, present: readonly PortRule[]): readonly PortRule[] {
  const { members, before } = wish;
  const known = parseSources([...new Set([...before, ...members])], 'from');
  const staying = parseSources(members, 'from');
  const isSame = (one: Port, other: Port): boolean =>
    one.protocol === other.protocol && one.from === other.from && one.to === other.to;
  const ports = portsOf(wish);
  return portsOf({ ...wish, manager: true, encrypted: true }).flatMap((port) => {
    const kept = ports.some((one) => isSame(one, port)) ? staying : [];
    const open = new Set(present.filter((rule) => isSame(rule, port)).flatMap(({ sources }) => sources));
    const sources = known.filter((source) => open.has(source) && !kept.includes(source));
    return sources.length === 0 ? [] : [{ ...port, sources }];
  });
}
