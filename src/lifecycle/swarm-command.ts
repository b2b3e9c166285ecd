import type { ClusterName } from '../cluster-name.js';
import { writeContext } from '../engine/contexts.js';
import { isMachineError } from '../errors.js';
import { engineUrl } from '../record.js';
import type { Cluster } from '../swarm/contract.js';
import { clientTexts } from './engine-address.js';
import type { Program } from './program.js';
import { discoveryOf } from './swarm-membership.js';
import { SwarmLinks } from './swarm-links.js';
import { waitFor } from './locked.js';
import { livingManagers, mastersOf } from './swarm-masters.js';
import type { Run } from './swarm-run.js';

/** The frame of every command that changes a cluster: one at a time, and with its ways to the machines closed at the end. */
export async function withCluster<T>(name: ClusterName, program: Program, work: (run: Run) => Promise<T>): Promise<T> {
  const { clusters } = program;
  const underLock = async (): Promise<T> => {
    await using links = new SwarmLinks(program);
    return await work({ program, clusters, links });
  };
  return clusters.locked(name, underLock, waitFor(`cluster ${name}`, program));
}

/** As withCluster, and tells the docker client of a manager afterwards. @throws MachineError ClusterNotFound */
export async function changeCluster<T>(
  name: ClusterName,
  program: Program,
  work: (cluster: Cluster, run: Run) => Promise<T>,
): Promise<T> {
  return withCluster(name, program, async (run) => {
    const result = await work(await program.clusters.read(name), run);
    if (await program.clusters.exists(name)) await keepClusterContext(name, program);
    return result;
  });
}

/** The docker context of the cluster's name leads to a manager that is alive now. */
export async function keepClusterContext(name: ClusterName, program: Program): Promise<void> {
  const { dockerFolder, report } = program;
  if (dockerFolder === undefined) return;
  const [living] = await livingManagers(await mastersOf(discoveryOf(name), program), program);
  if (!living) return;
  const url = engineUrl(living.machine);
  try {
    const isTunnelled = living.machine.transport.kind === 'tunnel';
    const tls = isTunnelled ? {} : { tls: await clientTexts(living.machine, program) };
    const isWritten = await writeContext(dockerFolder, { name, machineId: contextOwner(name), url, ...tls });
    if (!isWritten) report.debug(`no docker context "${name}": somebody else has made one`);
  } catch (error) {
    if (!isMachineError(error)) throw error;
    report.debug(`no docker context "${name}": ${error.message}`);
  }
}

/** Contexts of machines are owned by the machine's id, of which no one looks like this. */
export function contextOwner(name: ClusterName): string {
  return `cluster ${name}`;
}
