import { member } from '../json.js';
import type { Machine } from '../record.js';
import type { Labels, Spread } from '../swarm/contract.js';

type Made = Pick<Machine, 'driver' | 'options' | 'resource'>;

/** Options and keys of handles that say where a machine is, by driver. */
interface Place {
  readonly region?: readonly string[];
  readonly zone?: readonly string[];
  /** What names the private network; where one of these is not said nobody knows it. */
  readonly network?: readonly string[];
}

const PLACES: Readonly<Record<string, Place>> = {
  nspawn: { network: ['subnet'] },
  amazonec2: { region: ['region'], zone: ['attempt.zone', 'zone'], network: ['region', 'vpc-id'] },
  azure: { region: ['location'], zone: ['availability-zone'], network: ['location', 'resource-group', 'vnet'] },
  digitalocean: { region: ['region'], network: ['region', 'vpc-uuid'] },
  google: { zone: ['zone'], network: ['project', 'network'] },
  hetzner: { zone: ['server-location'], network: ['networks'] },
  openstack: { region: ['identity.region', 'region'], zone: ['availability-zone'], network: ['region', 'net-id'] },
};

/**
 * Where a machine's private networks are, as far as its record tells, and its zone: '' where nobody knows. What is of one place
 * can be planned for before it has booted.
 */
export function placeOf(machine: Made, spread?: Spread): { place: string; zone: string } {
  const { driver } = machine;
  const { network = [] } = PLACES[driver] ?? {};
  const parts = network.map((key) => valueAt(machine, key, ''));
  const isKnown = parts.length > 0 && parts.every((part) => part !== '');
  return { place: isKnown ? [driver, ...parts].join('/') : '', zone: zoneOf(machine, spread) };
}

/** Labels of the machine's node that follow from its record; the user's own labels go before those of its place. */
export function nodeLabelsOf(machine: Made & Pick<Machine, 'name' | 'labels'>, spread?: Spread): Labels {
  const region = regionOf(machine);
  const zone = zoneOf(machine, spread);
  return {
    ...{ machine: machine.name, provider: machine.driver },
    ...(region === '' ? {} : { region }),
    ...(zone === '' ? {} : { zone }),
    ...machine.labels,
  };
}

/** Where members are spread over the values of an option, this one's value is as good as a zone. */
function zoneOf(machine: Made, spread: Spread | undefined): string {
  const { driver, options } = machine;
  const zone = firstOf(machine, PLACES[driver]?.zone ?? ['zone']) || (spread ? textOf(options[spread.option]) : '');
  const region = driver === 'amazonec2' ? regionOf(machine) : '';
  return /^[a-z]$/.test(zone) ? `${region}${zone}` : zone;
}

/** Zones of Google Cloud are named after their regions. */
function regionOf(machine: Made): string {
  const { region } = PLACES[machine.driver] ?? {};
  if (machine.driver === 'google') return firstOf(machine, ['zone']).replace(/-[a-z]$/, '');
  return firstOf(machine, region ?? ['region']);
}

function firstOf(machine: Made, keys: readonly string[]): string {
  return keys.map((key) => valueAt(machine, key, ',')).find((value) => value !== '') ?? '';
}

/** What the handle has goes before what was asked for; several to be tried in order are none that is known. */
function valueAt({ options, resource }: Made, key: string, separator: string): string {
  const found = key.split('.').reduce<unknown>(member, resource);
  const value = textOf(found) || textOf(options[key]);
  return separator !== '' && value.includes(separator) ? '' : value;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).sort().join(',');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
