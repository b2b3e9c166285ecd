import { MachineError } from '../errors.js';
import type { Cluster } from './contract.js';
import type { MachineFacts } from './facts.js';
import { nameList } from './name-list.js';
import { ofKind, type View } from './view.js';

/** Before anything is changed on a host: one that comes in and cannot encrypt would reach nobody. @throws MachineError ClusterRefused */
export function refuseUnable({ name, id, encrypted, members }: Cluster, machines: readonly MachineFacts[]): void {
  const isMember = ({ machine }: MachineFacts): boolean => members.some((member) => member.machine === machine);
  const unable = machines.filter((one) => isMember(one) && one.node.state === 'inactive' && one.espFlaw !== undefined);
  const [first] = unable;
  if (!encrypted || !first) return;
  const names = unable.map(({ machine }) => machine);
  throw new MachineError(
    'ClusterRefused',
    `no ESP with AES-GCM, which encryption needs, in the kernel of ${nameList(names)}`,
    {
      cause: new Error(first.espFlaw),
      suggestions: [
        `See whether the kernel has it as modules: berth ssh ${first.machine} -- sudo modprobe -a esp4 gcm`,
        id === undefined
          ? `Or without --encrypted: berth swarm rm --keep-machines ${name}, then create it again`
          : `Or leave it out: berth swarm leave ${name} ${names.join(' ')}`,
      ],
    },
  );
}

/** Of members another kernel may have been booted since. */
export function unableAdvice(view: View): readonly string[] {
  const unable = ofKind(view, 'current').filter(({ machine }) => machine.espFlaw !== undefined);
  if (!view.cluster.encrypted || unable.length === 0) return [];
  return [`cannot encrypt, so reach no other node: ${nameList(unable.map(({ member }) => member.machine))}`];
}
