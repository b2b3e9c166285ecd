import type { MachineName } from '../name.js';
import { callOf } from './driver-call.js';
import { startMachine } from './power.js';
import type { Program } from './program.js';
import { reprovision } from './reprovision.js';

export interface Upgraded {
  readonly name: MachineName;
  /** Versions of the engine, as it tells them. */
  readonly from: string;
  readonly to: string;
}

/** Brings the engine to the newest version of where it came from, and the host to its wanted state; starts the machine first. */
export async function upgradeMachine(name: MachineName, program: Program): Promise<Upgraded> {
  const { spec, driver, resource, context } = await callOf(await program.store.read(name), program);
  if (spec.features.powers && (await driver.state(resource, context)) !== 'running') await startMachine(name, program);
  const { found, version } = await reprovision(name, { renew: false, upgrade: true }, program);
  return { name, from: found ?? version, to: version };
}
