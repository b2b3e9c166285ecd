import { currentContext, readContexts, removeContext, writeContext } from '../engine/contexts.js';
import { isMachineError } from '../errors.js';
import { engineUrl, type Machine } from '../record.js';
import { clientEnvironment } from './connection.js';
import { clientTexts } from './engine-address.js';
import type { Program } from './program.js';
import { keepSshConfig } from './ssh-config.js';
import { ensureTunnel } from './tunnel-start.js';

/** A docker context that is to go, and the one that takes its place. */
export interface FormerContext {
  readonly name: string;
  /** The machine's id, or what a cluster's contexts have in its place. */
  readonly owner: string;
  readonly successor?: string;
}

/** Removes the context if it is the owner's; a docker client that is on it would find none from now on, and says little of why. */
export async function dropContext(
  { name, owner, successor = 'default' }: FormerContext,
  { dockerFolder, report }: Program,
): Promise<void> {
  if (dockerFolder === undefined || !(await removeContext(dockerFolder, name, owner))) return;
  if ((await currentContext(dockerFolder)) === name)
    report.warn(`docker's current context "${name}" is gone: docker context use ${successor}`);
}

/** Brings what others read to find the machine in step with its record: its docker context and its file for shells. */
export async function keepEntrances(machine: Machine, program: Program): Promise<void> {
  if (engineUrl(machine) === '') return;
  await keepShellFile(machine, program);
  await keepSshConfig(machine, program);
  await keepContext(machine, program);
  await keepTunnel(machine, program);
}

/** So that a client finds the engine through the context alone; one that cannot be had now is started by `env`. */
async function keepTunnel(machine: Machine, program: Program): Promise<void> {
  try {
    await ensureTunnel(machine, program);
  } catch (error) {
    if (!isMachineError(error) || error.code === 'Cancelled') throw error;
    program.report.warn(error.message);
  }
}

/** Gives the docker client a context for the machine; one of that name that is somebody else's stays as it is. */
async function keepContext(machine: Machine, program: Program): Promise<void> {
  const { dockerFolder, report, store } = program;
  if (dockerFolder === undefined) return;
  const { kind } = machine.transport;
  const tls = kind === 'ssh' || kind === 'tunnel' ? undefined : await clientTexts(machine, program);
  const context = {
    ...{ name: machine.name, machineId: machine.id, storeId: await store.id(), url: engineUrl(machine) },
    ...(tls ? { tls } : {}),
  };
  if (await writeContext(dockerFolder, context)) return;
  const { names } = await readContexts(dockerFolder);
  // Who does not hear of it would talk to another engine by this name.
  if (names.includes(machine.name))
    report.warn(`docker's context "${machine.name}" is somebody else's and stays as it is`);
  else report.debug(`no docker context "${machine.name}": the client reserves such names`);
}

/**
 * What `use` of shell-init reads without starting a process: NAME=value lines. A certificate path of "." is the folder that the
 * file stands in, so that a store can be moved.
 */
async function keepShellFile(machine: Machine, { store }: Program): Promise<void> {
  // Without the file `use` asks `env`, which sees to it that there is a tunnel.
  if (machine.transport.kind === 'tunnel') return store.removeFile(machine.name, 'env');
  const lines = clientEnvironment(machine, '.', 'linux').flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}\n`],
  );
  await store.writeFile(machine.name, 'env', lines.join(''));
}
