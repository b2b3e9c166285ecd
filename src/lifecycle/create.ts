import { isDeepStrictEqual } from 'node:util';
import type { AnyDriverSpec, NewHost, OptionTable, OptionsOf } from '../driver.js';
import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Json, Machine } from '../record.js';
import { copyClientFiles, ensureAuthority } from './certificates.js';
import { driverContext, waitForState } from './driver-call.js';
import { bootPart, firstProvisioning } from './first-boot.js';
import { prepareLogin, writeLogin } from './login.js';
import { tryEnd } from './end.js';
import { keepEntrances } from './entrances.js';
import { installOs, type InstallWish } from './install-os.js';
import { whileLocked } from './locked.js';
import type { Program } from './program.js';
import { makesHosts } from './host-connection.js';
import { provisionMachine } from './provision.js';
import { whileAsking } from './questions.js';
import { withSocket } from './transport.js';
import { settlePorts } from './swarm-classic-ports.js';
import { enterSwarm, SWARM_WITHIN_MS } from './swarm-join.js';

export interface CreateRequest {
  /** A planned record: everything the user asked for, nothing that exists yet. */
  readonly machine: Machine;
  /** Values of the driver's secret options. */
  readonly secrets: Readonly<Record<string, string>>;
  /** How long a member of a swarm waits for the master, in milliseconds. */
  readonly swarmWithinMs?: number;
  /** The server's system gives way to berth's OS first. */
  readonly install?: InstallWish;
}

/**
 * Makes the host, then the engine on it. Whatever exists when this fails is on record, so that `rm` finds it, and the same
 * call again goes on where this one ended.
 * @throws MachineError MachineExists, CheckFailed, and whatever driver, SSH and provisioning throw
 */
export async function createMachine(wish: CreateRequest, spec: AnyDriverSpec, program: Program): Promise<Machine> {
  const { store } = program;
  const request = { ...wish, machine: withSocket(wish.machine, program) };
  const { name } = request.machine;
  // Asked before the lock as well: whoever repeats a finished create learns it at once, even while something else runs.
  await resumable(request, program);
  try {
    const machine = await whileLocked(name, program, () => createLocked(request, spec, program));
    await settlePorts(machine, {}, program);
    return machine;
  } catch (error) {
    throw isMachineError(error, 'Cancelled') && (await store.exists(name)) ? interrupted(name, error) : error;
  }
}

async function createLocked(request: CreateRequest, spec: AnyDriverSpec, program: Program): Promise<Machine> {
  const begun = await resumable(request, program);
  let made = await makeHost({ ...request, machine: begun ?? request.machine }, spec, program);
  if (request.install) await installOs(made, { ...request.install, isNew: begun === undefined }, program);
  if (spec.features.ssh) {
    const first = firstProvisioning(made, program);
    const wanted = { renew: false, setHostname: makesHosts(spec) };
    const { addresses } = await provisionMachine(made, wanted, first.program);
    made = first.machine();
    made = await enterSwarm(made, { addresses, withinMs: request.swarmWithinMs ?? SWARM_WITHIN_MS }, program);
  } else {
    await copyClientFiles(made.name, await ensureAuthority(program, made.tlsPaths), program);
    await keepEntrances(made, program);
  }
  const ready: Machine = { ...made, phase: 'ready' };
  await program.store.write(ready);
  await tryEnd(ready, program);
  return ready;
}

function interrupted(name: MachineName, cause: MachineError): MachineError {
  return new MachineError('Cancelled', `interrupted while creating "${name}"; what exists is on record`, {
    suggestions: ['Run create again with the same arguments, to finish it', `berth rm ${name}`],
    cause: cause.cause,
  });
}

/** The unfinished record of an earlier call with the same arguments, if there is one. @throws MachineError MachineExists */
async function resumable({ machine }: CreateRequest, { store }: Program): Promise<Machine | undefined> {
  if (!(await store.exists(machine.name))) return undefined;
  const existing = await store.read(machine.name);
  if (existing.phase === 'ready')
    throw new MachineError('MachineExists', `machine "${machine.name}" already exists`, {
      suggestions: ['berth ls', `berth rm ${machine.name}`],
    });
  if (!sameRequest(existing, machine)) {
    throw new MachineError(
      'MachineExists',
      `an unfinished machine "${machine.name}" exists, begun with other arguments`,
      {
        suggestions: [
          `Run create again with the arguments of the first time, to finish it`,
          `berth rm ${machine.name}`,
        ],
      },
    );
  }
  return existing;
}

function sameRequest(one: Machine, other: Machine): boolean {
  const asked = ({ driver, options, engine, swarm, tlsSans, transport }: Machine): Json =>
    JSON.parse(JSON.stringify({ driver, options, engine, swarm, tlsSans, transport: transport.kind })) as Json;
  return isDeepStrictEqual(asked(one), asked(other));
}

/** check, write down, create, write down: the record is true at every moment. */
async function makeHost(
  { machine: planned, secrets }: CreateRequest,
  spec: AnyDriverSpec,
  program: Program,
): Promise<Machine> {
  const { store, report } = program;
  const login = await prepareLogin(planned, spec, program);
  let { machine } = login;
  const context = driverContext(program, { ...program.environmentSecrets(spec), ...secrets }, async (resource) => {
    machine = { ...machine, resource };
    await store.write(machine);
  });
  const options = machine.options as OptionsOf<OptionTable>;
  const host: NewHost<OptionsOf<OptionTable>> = {
    ...{ name: machine.name, id: machine.id, store: await store.id(), options },
    ...login.planted,
    ...bootPart(machine, program),
  };
  const driver = await spec.load();
  await report.step('Running pre-create checks', () => whileAsking(context, (asking) => driver.check(host, asking)));
  await ensureAuthority(program, machine.tlsPaths);
  await store.write(machine);
  await writeLogin(machine.name, login, program);
  if (Object.keys(secrets).length > 0) await store.writeSecrets(machine.name, secrets);
  const resource = await report.step('Creating the machine', () => driver.create(host, context, machine.resource));
  if (spec.features.powers) await waitForState(driver, resource, { wanted: 'running', name: machine.name, context });
  const {
    host: address,
    port,
    user,
    keyPath,
    enginePort = machine.enginePort,
  } = await driver.target(resource, context);
  const ssh = { ...machine.ssh, port, user, ...(keyPath === undefined ? {} : { keyPath }) };
  machine = { ...machine, resource, address, ssh, enginePort, phase: 'created' };
  await store.write(machine);
  return machine;
}
