import type { MachineName } from '../name.js';
import { MachineError } from '../errors.js';
import { fulfilled } from '../engine/settings.js';
import type { EngineOptions, Machine } from '../record.js';
import { specOf } from './driver-call.js';
import { tryEnd } from './end.js';
import { settleName } from './former-name.js';
import { locked } from './locked.js';
import type { Program } from './program.js';
import { refuseWithoutHost } from './refuse.js';
import { makesHosts } from './host-connection.js';
import { provisionMachine, type MachineProvisioned } from './provision.js';
import { enterSwarm, SWARM_WITHIN_MS } from './swarm-join.js';

export interface Reprovisioning {
  /** A new certificate for the engine, whatever the old one is like. */
  readonly renew: boolean;
  /** The engine to the newest version of where it came from. */
  readonly upgrade?: boolean;
  /** And all other packages of the system. */
  readonly upgradeSystem?: boolean;
  /** Other wishes for the engine, which go on record once the host fulfils them. */
  readonly change?: (engine: EngineOptions) => EngineOptions;
}

/**
 * Provisions a machine that exists. An unfinished one whose host answers is finished by this.
 * @throws MachineError NotSupported for machines without a host of their own, and what provisioning throws
 */
export function reprovision(
  name: MachineName,
  { renew, upgrade = false, upgradeSystem = false, change = (engine) => engine }: Reprovisioning,
  program: Program,
): Promise<MachineProvisioned> {
  const { store } = program;
  return locked(name, program, async (before) => {
    const spec = specOf(before, program);
    refuseWithoutHost(before, 'there is no host to provision', program);
    refuseAdopted(before);
    const engine = change(before.engine);
    const machine = engine === before.engine ? before : { ...before, engine };
    const wanted = { renew, upgrade, upgradeSystem, setHostname: makesHosts(spec) };
    const done = await provisionMachine(machine, wanted, program);
    if (machine.phase !== 'ready') {
      const entered = await enterSwarm(machine, { addresses: done.addresses, withinMs: SWARM_WITHIN_MS }, program);
      await store.write({ ...entered, phase: 'ready' });
    }
    if (engine !== before.engine || engine.settings !== undefined)
      await store.write({ ...(await store.read(name)), engine: fulfilled(engine) });
    await settleName(await store.read(name), program);
    await tryEnd(machine, program);
    return done;
  });
}

function refuseAdopted({ name, transport }: Machine): void {
  if (transport.kind === 'ssh') {
    throw new MachineError('NotSupported', `machine "${name}" was adopted: berth changes nothing on its host`, {
      suggestions: [`berth rm ${name}`, 'berth create -d generic …, to let berth provision it'],
    });
  }
}
