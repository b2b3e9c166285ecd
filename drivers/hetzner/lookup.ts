import { array, object, text, type Found } from '../../src/cloud/found.js';
import type { Candidate } from '../../src/cloud/stock.js';
import { together } from '../../src/cloud/together.js';
import { MachineError } from '../../src/errors.js';
import { idOf, type Api, type Collection } from './client.js';
import { imageFor, offered } from './offer.js';
import type { HetznerOptions } from './options.js';
import { candidatesOf, DEFAULT_IMAGE, idIn } from './settings.js';

/** A place and a size that Hetzner has, and the image for it. */
export interface Try extends Candidate {
  readonly imageId: number;
}

/** What the options name, as Hetzner knows it. */
export interface Plan {
  readonly tries: readonly [Try, ...Try[]];
  readonly networks: readonly Found[];
  readonly firewalls: readonly Found[];
  readonly volumes: readonly Found[];
  readonly ipv4: Found | undefined;
  readonly ipv6: Found | undefined;
}

/** All lookups at once: none of them wants to know what another one says. @throws MachineError CheckFailed */
export async function lookUp(options: HetznerOptions, api: Api, now: Date): Promise<Plan> {
  const named = (what: Collection, names: readonly string[], title: string): Promise<readonly Found[]> =>
    together(names.map((name) => getNamed(what, name, { title, api })));
  const [types, images, networks, firewalls, volumes, ipv4, ipv6] = await together([
    api.list('server_types'),
    imagesFor(options, api),
    named('networks', options.networks, 'network'),
    named('firewalls', options.firewalls, 'firewall'),
    named('volumes', options.volumes, 'volume'),
    primaryIp(options['primary-ipv4'], 'ipv4', api),
    primaryIp(options['primary-ipv6'], 'ipv6', api),
  ]);
  const [first, ...others] = offered(candidatesOf(options), types, now).map(({ zone, type, architecture }) => ({
    ...{ zone, type },
    imageId: imageFor(images, architecture, { options, type }),
  }));
  if (!first) throw new Error('there is a candidate, or an error was thrown');
  return { tries: [first, ...others], networks, firewalls, volumes, ipv4, ipv6 };
}

async function imagesFor(options: HetznerOptions, api: Api): Promise<readonly Found[]> {
  const id = idIn(options['image-id'], 'image-id');
  if (id === 0) return api.list('images', { name: options.image ?? DEFAULT_IMAGE, status: 'available' });
  const found = await api.find('images', id);
  if (found) return [found];
  throw new MachineError('CheckFailed', `Hetzner has no image "${id}" in this project`, {
    suggestions: ['hcloud image list', 'Leave --hetzner-image-id out: the newest Ubuntu LTS is taken then'],
  });
}

/** Numbers may be names too, as the hcloud CLI has it. */
export async function findNamed(what: Collection, name: string, api: Api): Promise<Found | undefined> {
  const byId = /^\d{1,15}$/.test(name) ? await api.find(what, Number(name)) : undefined;
  return byId ?? (await api.list(what, { name }))[0];
}

async function getNamed(what: Collection, name: string, { title, api }: { title: string; api: Api }): Promise<Found> {
  const found = await findNamed(what, name, api);
  if (found) return found;
  throw new MachineError('CheckFailed', `Hetzner has no ${title} "${name}" in this project`, {
    suggestions: [`hcloud ${title} list`, 'Check that the API token is of the right project'],
  });
}

/** By id, name or address, as docker-machine's driver takes it. @throws MachineError CheckFailed */
async function primaryIp(name: string | undefined, type: 'ipv4' | 'ipv6', api: Api): Promise<Found | undefined> {
  if (name === undefined || name === '') return undefined;
  const isAddress = /^[0-9.]+\.[0-9.]+$|:/.test(name);
  const [byAddress] = isAddress ? await api.list('primary_ips', { ip: name }) : [];
  const found = byAddress ?? (await getNamed('primary_ips', name, { title: 'primary-ip', api }));
  if (found['type'] === type) return found;
  throw new MachineError('CheckFailed', `primary IP "${name}" is ${text(found['type'])}, not ${type}`);
}

/** Whether something that a server takes for itself is with another one already. @throws MachineError CheckFailed */
export function checkFree({ volumes, ipv4, ipv6 }: Plan, serverId: number): void {
  const taken = [
    ...volumes.map((one) => ({ one, what: 'volume', by: one['server'] })),
    ...array([ipv4, ipv6]).map((one) => ({ one, what: 'primary IP', by: one['assignee_id'] })),
  ].find(({ by }) => typeof by === 'number' && by !== serverId);
  if (!taken) return;
  throw new MachineError(
    'CheckFailed',
    `${taken.what} "${text(taken.one['name'])}" is in use by server ${String(taken.by)}`,
  );
}

/** Where things are that a server can only be with. @throws MachineError CheckFailed */
export function checkPlaces({ tries, volumes, ipv4, ipv6 }: Plan): void {
  for (const one of [...volumes, ...array([ipv4, ipv6])].filter((found) => idOf(found) !== 0)) {
    const location = text(object(one['location'])['name']);
    const away = tries.find(({ zone }) => zone !== '' && location !== '' && zone !== location);
    if (away)
      throw new MachineError('CheckFailed', `"${text(one['name'])}" is in ${location}, the machine in ${away.zone}`, {
        suggestions: [`--hetzner-server-location ${location}`],
      });
  }
}
