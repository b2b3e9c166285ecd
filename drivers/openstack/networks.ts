import { text, type Found } from '../../src/cloud/found.js';
import { together } from '../../src/cloud/together.js';
import { MachineError } from '../../src/errors.js';
import { segment, type Api } from './client.js';
import type { OpenstackOptions } from './options.js';
import { idOf, items, nameOf } from './values.js';

/** The networks that the machine is put in, at least one. @throws MachineError CheckFailed */
export async function networksFor(options: OpenstackOptions, api: Api): Promise<readonly Found[]> {
  const [ids, names] = [items(options['net-id']), items(options['net-name'])];
  if (ids.length > 0) return together(ids.map((id) => byId(id, api)));
  const all = await api.list('network', '/networks', names.length === 1 ? { name: names[0] } : {});
  if (names.length > 0) return names.map((name) => only(all, name, api));
  return [standard(all, api)];
}

async function byId(id: string, api: Api): Promise<Found> {
  const found = await api.find('network', `/networks/${segment(id)}`);
  const network = found?.['network'];
  if (network !== undefined) return network as Found;
  throw absent(id);
}

/** Names are not unique: what the project owns comes first. @throws MachineError CheckFailed */
function only(all: readonly Found[], name: string, api: Api): Found {
  const named = all.filter((one) => nameOf(one) === name);
  const own = named.filter((one) => projectOf(one) === api.project);
  const [found, ...others] = own.length > 0 ? own : named;
  if (!found) throw absent(name);
  if (others.length === 0) return found;
  throw new MachineError('CheckFailed', `several networks are called "${name}"`, {
    suggestions: [found, ...others].slice(0, 3).map((one) => `--openstack-net-id ${idOf(one)}`),
  });
}

/** The one that there is: the project's own, one that is shared, or an external one. @throws MachineError CheckFailed */
function standard(all: readonly Found[], api: Api): Found {
  const usable = all.filter(({ subnets }) => !Array.isArray(subnets) || subnets.length > 0);
  const inner = usable.filter((one) => one['router:external'] !== true);
  const own = inner.filter((one) => projectOf(one) === api.project);
  const choice = [own, inner, usable].find((some) => some.length > 0) ?? [];
  const [found, ...others] = choice;
  if (found && others.length === 0) return found;
  if (found)
    throw new MachineError('CheckFailed', 'the project has several networks, and none is named', {
      suggestions: choice.slice(0, 3).map((one) => `--openstack-net-name ${nameOf(one) || idOf(one)}`),
    });
  throw new MachineError('CheckFailed', 'the project has no network with a subnet', {
    suggestions: [
      'openstack network create net',
      'openstack subnet create --network net --subnet-range 10.0.0.0/24 sub',
    ],
  });
}

function projectOf(found: Found): string {
  return text(found['project_id']) || text(found['tenant_id']);
}

function absent(named: string): MachineError {
  return new MachineError('CheckFailed', `the cloud has no network "${named}"`, {
    suggestions: ['openstack network list'],
  });
}

/** The external network that floating IPs come from, by name or id. @throws MachineError CheckFailed */
export async function poolFor(options: OpenstackOptions, api: Api): Promise<Found | undefined> {
  const named = options['floatingip-pool'];
  if (!named) return undefined;
  const pools = await api.list('network', '/networks', { 'router:external': true });
  const found = pools.find((one) => [nameOf(one), idOf(one)].includes(named));
  if (found) return found;
  throw new MachineError('CheckFailed', `the cloud has no external network "${named}"`, {
    suggestions: pools.slice(0, 3).map((one) => `--openstack-floatingip-pool ${nameOf(one)}`),
  });
}

/** The user's groups, by name or id. @throws MachineError CheckFailed */
export async function groupsFor(options: OpenstackOptions, api: Api): Promise<readonly Found[]> {
  const named = items(options['sec-groups']);
  if (named.length === 0) return [];
  const groups = await api.list('network', '/security-groups', { project_id: api.project });
  return named.map((name) => {
    const found = groups.find((one) => [nameOf(one), idOf(one)].includes(name));
    if (found) return found;
    throw new MachineError('CheckFailed', `the project has no security group "${name}"`, {
      suggestions: [
        'openstack security group list',
        'Leave --openstack-sec-groups out: the machine gets a group of its own',
      ],
    });
  });
}
