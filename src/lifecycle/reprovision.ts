import type { MachineName } from '../name.js';
import { MachineError } from '../errors.js';
import type { Machine } from '../record.js';
import { specOf } from './driver-call.js';
import { settleName } from './former-name.js';
import type { Program } from './program.js';
import { makesHosts, provisionMachine, type MachineProvisioned } from './provision.js';
import { enterSwarm, SWARM_WITHIN_MS } from './swarm-join.js';

/**
 * Provisions a machine that exists. An unfinished one whose host answers is finished by this.
 * @throws MachineError NotSupported for machines without a host of their own, and what provisioning throws
 */
export function reprovision(
  name: MachineName,
  { renew, upgrade = false }: { renew: boolean; upgrade?: boolean },
  program: Program,
): Promise<MachineProvisioned> {
  const { store, signal, report } = program;
  return store.locked(
    name,
    async () => {
      const machine = await store.read(name);
      const spec = specOf(machine, program);
      refuseUntouchable(machine, spec.features.ssh);
      const done = await provisionMachine(machine, { renew, upgrade, setHostname: makesHosts(spec) }, program);
      if (machine.phase !== 'ready') {
        await enterSwarm(machine, { addresses: done.addresses, withinMs: SWARM_WITHIN_MS }, program);
        await store.write({ ...machine, phase: 'ready' });
      }
      await settleName(await store.read(name), program);
      return done;
    },
    { signal, onWait: (owner) => report.info(`waiting for ${owner}, which works on ${name}`) },
  );
}

function refuseUntouchable({ name, transport }: Machine, hasHost: boolean): void {
  if (!hasHost)
    throw new MachineError('NotSupported', `machine "${name}" is only a URL: there is no host to provision`);
  if (transport.kind === 'ssh') {
    throw new MachineError('NotSupported', `machine "${name}" was adopted: berth changes nothing on its host`, {
      suggestions: [`berth rm ${name}`, 'berth create -d generic …, to let berth provision it'],
    });
  }
}
