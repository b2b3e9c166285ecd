import { isFault, undefinedWhenAbsent } from '../../src/cloud/fault.js';
import { object, type Found } from '../../src/cloud/found.js';
import { idOf, labelsOf, type Api } from './client.js';
import { findNamed } from './lookup.js';
import type { HetznerOptions } from './options.js';

/** Labels of docker-machine's driver: it and berth spread their machines in the same group. */
const AUTO_SPREAD = 'docker-machine/auto-spread';
const AUTO_CREATED = 'docker-machine/auto-created';
const AUTO_NAME = 'Docker-Machine auto spread';
/** docs.hetzner.cloud, "Placement Groups": a spread group holds ten servers. */
const LARGEST = 10;

export interface Group {
  readonly id: number;
  /** Made by berth or docker-machine's driver, and removed with its last server. */
  readonly isAuto: boolean;
}

/** The group that the options ask for, made when missing; undefined where they ask for none. */
export async function ensureGroup(
  options: HetznerOptions,
  owner: Readonly<Record<string, string>>,
  api: Api,
): Promise<Group | undefined> {
  const named = options['placement-group'];
  if (named !== undefined) {
    const found = await findNamed('placement_groups', named, api);
    return found ? groupOf(found) : make(named, { ...owner, [AUTO_CREATED]: 'true' }, api);
  }
  if (!options['auto-spread']) return undefined;
  const groups = await api.list('placement_groups', { label_selector: AUTO_SPREAD });
  const free = groups.find((group) => serversOf(group).length < LARGEST);
  if (free) return groupOf(free);
  const names = new Set(groups.map(({ name }) => name));
  const numbered = Array.from({ length: groups.length + 1 }, (_, n) => (n === 0 ? AUTO_NAME : `${AUTO_NAME} ${n + 1}`));
  const name = numbered.find((one) => !names.has(one)) ?? AUTO_NAME;
  return make(name, { ...owner, [AUTO_SPREAD]: 'true', [AUTO_CREATED]: 'true' }, api);
}

async function make(name: string, labels: Readonly<Record<string, string>>, api: Api): Promise<Group> {
  try {
    const { placement_group: group } = await api.post('/placement_groups', { name, type: 'spread', labels });
    return groupOf(object(group));
  } catch (error) {
    if (!isFault(error, 'conflict') || error.code !== 'uniqueness_error') throw error;
    const found = await findNamed('placement_groups', name, api);
    if (!found) throw error;
    return groupOf(found);
  }
}

export function groupOf(found: Found): Group {
  return { id: idOf(found), isAuto: labelsOf(found)[AUTO_CREATED] === 'true' };
}

export function serversOf({ servers }: Found): readonly unknown[] {
  return Array.isArray(servers) ? servers : [];
}

/** What others use stays, and what others have made. */
export async function removeEmptyGroup(id: number, api: Api): Promise<void> {
  const found = id === 0 ? undefined : await api.find('placement_groups', id);
  if (!found || !groupOf(found).isAuto || serversOf(found).length > 0) return;
  await api.remove('placement_groups', id).catch((error: unknown) => {
    if (!isFault(error, 'conflict')) undefinedWhenAbsent(error);
  });
}
