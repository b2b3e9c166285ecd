import { array, number, object, text, type Found } from '../../src/cloud/found.js';
import { together } from '../../src/cloud/together.js';
import { MachineError } from '../../src/errors.js';
import { member } from '../../src/json.js';
import { segment, type Api } from './client.js';
import { flavorsFor, type Flavored } from './flavors.js';
import { imageFor, imagesFor } from './images.js';
import { groupsFor, networksFor, poolFor } from './networks.js';
import type { OpenstackOptions } from './options.js';
import { idOf, items, nameOf } from './values.js';

/** A place and a flavor that the cloud has, and the image for it. */
export interface Try extends Flavored {
  readonly image: Found;
}

/** What the options name, as the cloud knows it. */
export interface Plan {
  readonly tries: readonly [Try, ...Try[]];
  readonly networks: readonly Found[];
  /** Where a floating IP comes from. */
  readonly pool: Found | undefined;
  /** Those of the user. */
  readonly groups: readonly Found[];
  readonly serverGroupId: string;
}

/** All lookups at once: none of them wants to know what another one says. @throws MachineError CheckFailed */
export async function lookUp(options: OpenstackOptions, api: Api): Promise<Plan> {
  const [flavors, images, networks, pool, groups, serverGroupId] = await together([
    api.list('compute', '/flavors/detail'),
    imagesFor(options, api),
    networksFor(options, api),
    poolFor(options, api),
    groupsFor(options, api),
    serverGroup(options, api),
  ]);
  const [first, ...others] = flavorsFor(options, flavors).map((one) => ({
    ...one,
    image: imageFor(images, one.flavor, options),
  }));
  if (!first) throw new Error('there is a candidate, or an error was thrown');
  return { tries: [first, ...others], networks, pool, groups, serverGroupId };
}

async function serverGroup(options: OpenstackOptions, api: Api): Promise<string> {
  const named = options['server-group-id'] || options['server-group-name'];
  if (!named) return '';
  const all = await api.list('compute', '/os-server-groups');
  const found = all.find((one) => (options['server-group-id'] ? idOf(one) : nameOf(one)) === named);
  if (found) return idOf(found);
  throw new MachineError('CheckFailed', `the project has no server group "${named}"`, {
    suggestions: ['openstack server group list', `openstack server group create --policy anti-affinity ${named}`],
  });
}

/** What create itself does not want to know. @throws MachineError CheckFailed, QuotaReached */
export async function checkRest(options: OpenstackOptions, api: Api): Promise<(plan: Plan) => void> {
  const [limits] = await together([
    api.get('compute', '/limits'),
    checkZones(options, api),
    checkKey(options, api),
    checkVolume(options, api),
  ]);
  return ({ tries: [{ flavor }] }) => checkLimits(object(object(limits['limits'])['absolute']), flavor);
}

async function checkZones(options: OpenstackOptions, api: Api): Promise<void> {
  const named = items(options['availability-zone']);
  if (named.length === 0) return;
  const { availabilityZoneInfo } = await api.get('compute', '/os-availability-zone');
  const zones = array(availabilityZoneInfo)
    .filter(({ zoneState }) => member(zoneState, 'available') !== false)
    .map(({ zoneName }) => text(zoneName));
  // "zone:host" is for administrators.
  const absent = named.find((zone) => !zones.includes(zone.split(':')[0] ?? ''));
  if (absent === undefined) return;
  throw new MachineError('CheckFailed', `the cloud has no availability zone "${absent}"`, {
    suggestions: zones.slice(0, 3).map((zone) => `--openstack-availability-zone ${zone}`),
  });
}

async function checkKey(options: OpenstackOptions, api: Api): Promise<void> {
  const name = options['keypair-name'];
  if (!name || (await api.find('compute', `/os-keypairs/${segment(name)}`))) return;
  throw new MachineError('CheckFailed', `the user has no key pair "${name}"`, {
    suggestions: ['openstack keypair list', 'Leave --openstack-keypair-name out: berth makes a key of its own'],
  });
}

async function checkVolume(options: OpenstackOptions, api: Api): Promise<void> {
  const id = options['volume-id'];
  if (!id) return;
  const volume = object((await api.find('volume', `/volumes/${segment(id)}`))?.['volume']);
  const status = text(volume['status']);
  if (status === 'available') return;
  const message = status === '' ? `the project has no volume "${id}"` : `volume "${id}" is ${status}, not available`;
  throw new MachineError('CheckFailed', message, { suggestions: ['openstack volume list'] });
}

/** -1 is no limit ("Limits" of api-ref/compute). */
const LIMITS = [
  ['instances', 'maxTotalInstances', 'totalInstancesUsed', () => 1],
  ['cores', 'maxTotalCores', 'totalCoresUsed', (flavor: Found) => number(flavor['vcpus'])],
  ['MiB of memory', 'maxTotalRAMSize', 'totalRAMUsed', (flavor: Found) => number(flavor['ram'])],
] as const;

function checkLimits(absolute: Found, flavor: Found): void {
  for (const [what, most, used, wanted] of LIMITS) {
    const limit = absolute[most];
    if (typeof limit !== 'number' || limit < 0 || number(absolute[used]) + wanted(flavor) <= limit) continue;
    const message = `the project has ${number(absolute[used])} of ${limit} ${what} in use, ${wanted(flavor)} more are wanted`;
    throw new MachineError('QuotaReached', message, {
      suggestions: ['openstack quota show --usage', 'berth gc --driver openstack'],
    });
  }
}
