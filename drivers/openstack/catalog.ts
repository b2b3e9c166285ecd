import { array, text, type Found } from '../../src/cloud/found.js';
import { MachineError } from '../../src/errors.js';
import type { Session } from './session.js';

export type Service = 'compute' | 'network' | 'image' | 'volume';

/** Types by which services stand in catalogues (service-types.openstack.org), and the version that is spoken with each. */
const SERVICES: Readonly<
  Record<Service, { readonly types: readonly string[]; readonly version: RegExp; readonly path: string }>
> = {
  compute: { types: ['compute'], version: /\/v2(\.\d)?(\/|$)/, path: '/v2.1' },
  network: { types: ['network'], version: /\/v2\.0$/, path: '/v2.0' },
  image: { types: ['image'], version: /\/v2(\.\d)?$/, path: '/v2' },
  volume: { types: ['block-storage', 'block-store', 'volumev3', 'volume'], version: /\/v3(\/|$)/, path: '/v3' },
};

export interface Place {
  readonly region: string;
  readonly interface: string;
}

/** The service's base URL, without a slash at its end. @throws MachineError CheckFailed */
export function endpointOf(session: Session, service: Service, place: Place): string {
  const { types, version, path } = SERVICES[service];
  const found = session.catalog.filter(({ type }) => types.includes(text(type)));
  const wanted = interfaceOf(place.interface);
  const urls = types.flatMap((type) =>
    found
      .filter((one) => one['type'] === type)
      .flatMap(endpointsOf)
      .filter((one) => one.interface === wanted && one.region === place.region),
  );
  const [url] = urls.sort((one, other) => Number(version.test(other.url)) - Number(version.test(one.url)));
  if (!url) throw absent(service, place);
  const base = url.url.replace(/\/+$/, '');
  return version.test(base) ? base : `${base}${path}`;
}

export function hasService(session: Session, service: Service): boolean {
  return session.catalog.some(({ type }) => SERVICES[service].types.includes(text(type)));
}

/** The region that is named, or the only one. @throws MachineError BadOption, CheckFailed */
export function regionOf(session: Session, named: string): string {
  const regions = regionsOf(session);
  const [first, ...others] = regions;
  if (named === '' && first !== undefined && others.length === 0) return first;
  if (regions.includes(named)) return named;
  const all = regions.slice(0, 3).map((region) => `--openstack-region ${region}`);
  if (named === '' && regions.length > 1)
    throw new MachineError('BadOption', 'the cloud has several regions, and none is named', { suggestions: all });
  throw new MachineError('CheckFailed', `the cloud has no region "${named}"`, { suggestions: all });
}

/** All regions that have machines. */
export function regionsOf(session: Session): readonly string[] {
  const compute = session.catalog.filter(({ type }) => type === 'compute').flatMap(endpointsOf);
  return [...new Set(compute.map(({ region }) => region))];
}

/** "publicURL" is what docker-machine and older clouds.yaml say. */
export function interfaceOf(named: string): string {
  const word = (named || 'public').replace(/URL$/i, '').toLowerCase();
  if (['public', 'internal', 'admin'].includes(word)) return word;
  throw new MachineError(
    'BadOption',
    `option --openstack-endpoint-type wants public, internal or admin, got "${named}"`,
  );
}

interface Endpoint {
  readonly interface: string;
  readonly region: string;
  readonly url: string;
}

function endpointsOf(service: Found): readonly Endpoint[] {
  return array(service['endpoints']).map((one) => ({
    interface: text(one['interface']),
    region: text(one['region_id']) || text(one['region']),
    url: text(one['url']),
  }));
}

const TITLES: Readonly<Record<Service, string>> = {
  compute: 'Nova',
  network: 'Neutron',
  image: 'Glance',
  volume: 'Cinder',
};

function absent(service: Service, { region, interface: wanted }: Place): MachineError {
  const where = `${interfaceOf(wanted)} endpoint in "${region}"`;
  return new MachineError('CheckFailed', `the cloud's ${TITLES[service]} has no ${where}`, {
    suggestions: ['openstack catalog list', '--openstack-endpoint-type public'],
  });
}
