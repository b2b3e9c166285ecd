import { portText } from '../cloud/ports.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { callOf, specOf } from './driver-call.js';
import { keepEntrances } from './entrances.js';
import { firstProvisioning } from './first-boot.js';
import { locked } from './locked.js';
import type { Program } from './program.js';
import { refuseUnfinished, refuseWithoutHost } from './refuse.js';
import { makesHosts } from './host-connection.js';
import { provisionMachine } from './provision.js';

/** How clients reach an engine: at its TCP port, or at its socket through SSH. */
export type TransportWish = 'tls' | 'ssh';

/** What fits into a socket's address everywhere, in bytes: macOS has 104, the last of them a zero (sys/un.h). */
const LONGEST_SOCKET_PATH = 103;

/** A planned machine that is to be reached through SSH, with the place of its socket. @throws MachineError BadOption */
export function withSocket(machine: Machine, { store }: Pick<Program, 'store'>): Machine {
  if (machine.transport.kind !== 'tunnel') return machine;
  const socket = store.path(machine.name, 'docker.sock');
  const bytes = Buffer.byteLength(socket);
  if (bytes <= LONGEST_SOCKET_PATH) return { ...machine, transport: { kind: 'tunnel', socket } };
  throw new MachineError(
    'BadOption',
    `a socket's path has at most ${LONGEST_SOCKET_PATH} bytes, this one has ${bytes}`,
    {
      cause: new Error(socket),
      suggestions: ['Choose a shorter name, or a store with a shorter path: --storage-path'],
    },
  );
}

export interface TransportChanged {
  readonly machine: Machine;
  /** Titles of the steps that were needed on the host. */
  readonly steps: readonly string[];
}

/**
 * Reaches a machine's engine another way from now on: the engine opens or closes its port, and so does the provider's firewall.
 * The record says first what shall be, so that the same call finishes what was cut off.
 * @throws MachineError NotSupported, MachineNotRunning, and what provisioning throws
 */
export function changeTransport(name: MachineName, wish: TransportWish, program: Program): Promise<TransportChanged> {
  const { store } = program;
  return locked(name, program, async (before) => {
    refuse(before, program);
    const transport = wish === 'ssh' ? ({ kind: 'tunnel', socket: '' } as const) : ({ kind: 'tls' } as const);
    const machine = withSocket({ ...before, transport }, program);
    if (before.transport.kind !== transport.kind) await store.write(machine);
    // On its way to TLS the port is opened as soon as the host has told where we call from.
    const first = firstProvisioning(machine, program);
    const setHostname = makesHosts(specOf(machine, program));
    const { steps } = await provisionMachine(machine, { renew: false, setHostname }, first.program);
    if (wish === 'ssh') await closeEnginePort(first.machine(), program);
    else await store.removeFile(name, 'docker.sock');
    const changed = await store.read(name);
    await keepEntrances(changed, program);
    return { machine: changed, steps };
  });
}

function refuse(machine: Machine, program: Program): void {
  const { name, transport } = machine;
  refuseWithoutHost(machine, 'there is no host to log in to', program);
  if (transport.kind === 'ssh')
    throw new MachineError('NotSupported', `machine "${name}" was adopted: its engine is reached over SSH as it is`);
  refuseUnfinished(machine);
}

/** Nobody listens there any more: the provider's firewall need not let anybody through, either. */
async function closeEnginePort(machine: Machine, program: Program): Promise<void> {
  const { driver, resource, context } = await callOf(machine, program);
  if (!driver.ports) return;
  const port = portText({ protocol: 'tcp', from: machine.enginePort, to: machine.enginePort, sources: [] });
  const rules = (await driver.ports.list(resource, context)).filter((rule) => portText(rule) === port);
  if (rules.length === 0) return;
  const changed = await driver.ports.close(resource, rules, context);
  if (changed !== undefined) await program.store.write({ ...machine, resource: changed });
}
