import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { renderTemplate } from '../template.js';
import { callOf } from './driver-call.js';
import { connectTo } from './host-connection.js';
import { restartMachine, startMachine } from './power.js';
import type { Program, Upgraded } from './program.js';
import { reprovision } from './reprovision.js';

export type { Upgraded };

/**
 * Brings the engine to the version that is wished for, the newest of where it came from without a wish, and the host to its
 * wanted state; starts the machine first. `program.upgrades` says what else.
 */
export async function upgradeMachine(name: MachineName, program: Program): Promise<Upgraded> {
  const { upgrades: { packages = false, reboot = false, onUpgraded } = {} } = program;
  const { spec, driver, resource, context } = await callOf(await program.store.read(name), program);
  if (spec.features.powers && (await driver.state(resource, context)) !== 'running') await startMachine(name, program);
  const { found, version } = await reprovision(name, { renew: false, upgrade: true, upgradeSystem: packages }, program);
  const rebootNeeded = (packages || reboot) && (await needsReboot(await program.store.read(name), program));
  if (rebootNeeded && reboot) await restartMachine(name, program);
  const upgraded = {
    name,
    from: found ?? version,
    to: version,
    rebootNeeded: rebootNeeded && !reboot,
    rebooted: rebootNeeded && reboot,
  };
  onUpgraded?.(upgraded);
  return upgraded;
}

async function needsReboot(machine: Machine, program: Program): Promise<boolean> {
  await using host = await connectTo(machine, program, { retry: false });
  const text = renderTemplate('care/reboot-needed.sh', {});
  const { stdout } = await host.runScript({ name: 'reboot-needed', text }, { sudo: true, signal: program.signal });
  return stdout.trim() === 'yes';
}
