import { ownerOf, TAG } from '../../src/cloud/owner.js';
import type { DriverContext, Owned } from '../../src/driver.js';
import type { Disk, Firewall, Instance } from './api.js';
import { openCompute, type Compute } from './client.js';
import { accountOf } from './create.js';
import { ownerIn } from './labels.js';
import type { GoogleMachine } from './machine.js';
import { metadataValue } from './metadata.js';
import { findNetwork, networkParts } from './network.js';
import type { GoogleOptions } from './options.js';
import { deleteDisk, deleteInstance, zonal } from './remove.js';
import { deleteRule } from './rules.js';
import { together } from '../../src/cloud/together.js';

type Context = DriverContext<GoogleMachine>;

/** Instances, disks and rules of the firewall with berth's tags, in every zone of the project. */
export async function ownedIn(options: GoogleOptions, context: Context): Promise<readonly Owned[]> {
  const compute = await openCompute(accountOf(options), context);
  const filter = `labels.${TAG.id}:*`;
  const project = await firewallProject(options, compute);
  const [instances, disks, rules] = await together([
    compute.ask('Instances.aggregatedList', { filter }),
    compute.ask('Disks.aggregatedList', { filter }),
    compute.ask('Firewalls.list', { project, filter: 'name eq "berth-.*"' }),
  ]);
  return [
    ...instances.flatMap(ownedInstance),
    // A disk in use goes with its instance.
    ...disks.flatMap(ownedDisk),
    ...rules.flatMap((rule) => ownedRule(rule, project)),
  ];
}

/** The network's, which a shared VPC has in another project. */
async function firewallProject(options: GoogleOptions, compute: Compute): Promise<string> {
  if (options.subnetwork === undefined) return networkParts(options.network).project || compute.project;
  const place = await findNetwork(options, options.zone.split(',')[0] ?? '', compute);
  return networkParts(place.network).project;
}

function ownedInstance(instance: Instance): Owned[] {
  const { zone, name } = zonal(instance);
  const owner = ownerOf(instance.labels ?? {});
  const machine = metadataValue(instance.metadata, TAG.machine);
  return owner ? [{ kind: 'instance', id: name, ...owner, ...(machine ? { machine } : {}), handle: { zone } }] : [];
}

function ownedDisk(disk: Disk): Owned[] {
  const { zone, name } = zonal(disk);
  const owner = ownerOf({ ...disk.labels, ...ownerIn(disk.description) });
  return owner ? [{ kind: 'disk', id: name, ...owner, handle: { zone } }] : [];
}

function ownedRule({ name = '', description }: Firewall, project: string): Owned[] {
  const owner = ownerOf(ownerIn(description));
  return owner ? [{ kind: 'firewall rule', id: name, ...owner, handle: { project } }] : [];
}

/** Instances first, which take their disks with them. */
export async function discardAll(all: readonly Owned[], options: GoogleOptions, context: Context): Promise<void> {
  const compute = await openCompute(accountOf(options), context);
  const { signal } = context;
  for (const kind of ['instance', 'disk', 'firewall rule'])
    await together(
      all
        .filter((one) => one.kind === kind)
        .map(({ id, handle }) => {
          const { zone = '', project = compute.project } = handle as { zone?: string; project?: string };
          if (kind === 'instance') return deleteInstance({ zone, name: id }, compute, signal);
          if (kind === 'disk') return deleteDisk({ zone, name: id }, compute, signal);
          return deleteRule(id, project, compute);
        }),
    );
}
