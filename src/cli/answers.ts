// What the commands find out that shells run all day long: they and quick.ts print the same.
import {
  addressOf,
  clientEnvironment,
  noProxyVariable,
  UNSET_ENVIRONMENT,
  urlOf,
  type Variables,
} from '../lifecycle/connection.js';
import { MachineError } from '../errors.js';
import { forEachBounded, resultsOf } from '../lifecycle/each.js';
import type { Program } from '../lifecycle/program.js';
import type { Entry } from '../lifecycle/status.js';
import { ensureTunnel } from '../lifecycle/tunnel-start.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { shellName } from '../shell/environment.js';
import { shellInit } from '../shell/init.js';
import { parentShell } from './parent-shell.js';

/** How long `ls` waits for an engine unless told otherwise, in seconds. */
export const LS_TIMEOUT_SECONDS = 10;

/** `ip` */
export async function addressesOf(
  names: readonly MachineName[],
  { store }: Program,
): Promise<readonly { readonly name: MachineName; readonly address: string }[]> {
  const addresses = await forEachBounded(names, names.length, async (name) => ({
    name,
    address: addressOf(await store.read(name)),
  }));
  return resultsOf(addresses);
}

/** `url` */
export async function reachableUrl(name: MachineName, program: Program): Promise<string> {
  const machine = await program.store.read(name);
  const url = urlOf(machine);
  await ensureTunnel(machine, program);
  return url;
}

/** `env` */
export async function variablesOf(machine: Machine, program: Program, noProxy = false): Promise<Variables> {
  await ensureTunnel(machine, program);
  return [
    ...clientEnvironment(machine, program.store.folder(machine.name), process.platform),
    ...(noProxy ? [noProxyVariable(machine, program.environment)] : []),
  ];
}

/** `env --unset` @throws MachineError BadUsage */
export function noVariables(names: readonly unknown[]): Variables {
  if (names.length > 0) throw new MachineError('BadUsage', 'no machine name goes with --unset');
  return UNSET_ENVIRONMENT;
}

/** `shell-init`, for the shell of this name, or the user's own; `bin`: what the program is called by. */
export function initScript(named: string | undefined, bin: string, environment: NodeJS.ProcessEnv): InitScript {
  const shell = shellName(named ?? parentShell(), environment['SHELL'], process.platform);
  // As a plugin of the docker client there is no word of our own to define.
  return { shell, script: shellInit(shell, bin.includes(' ') ? 'berth' : bin) };
}

export interface InitScript {
  readonly shell: string;
  readonly script: string;
}

/** `ls -q` */
export function readableNames(entries: readonly Entry[]): readonly MachineName[] {
  return entries.flatMap(({ name, machine }) => (machine ? [name] : []));
}
