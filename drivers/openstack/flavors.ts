import { number, type Found } from '../../src/cloud/found.js';
import { candidates, type Candidate } from '../../src/cloud/stock.js';
import { MachineError } from '../../src/errors.js';
import type { OpenstackOptions } from './options.js';
import { idOf, nameOf } from './values.js';

export interface Flavored extends Candidate {
  readonly flavor: Found;
}

/** What Docker needs to be of use: MiB of memory and GiB of disk. */
const LEAST = { ram: 2_048, disk: 10 } as const;

/** Every zone with every flavor that the options name, in their order. @throws MachineError CheckFailed */
export function flavorsFor(options: OpenstackOptions, flavors: readonly Found[]): readonly Flavored[] {
  const { 'flavor-name': names, 'flavor-id': ids } = options;
  const named = ids || names || nameOf(smallest(options, flavors));
  const zones = options['availability-zone'] ?? '';
  return candidates(zones, named).map(({ zone, type }) => {
    const flavor = flavors.find((one) => (ids ? idOf(one) : nameOf(one)) === type);
    if (!flavor) throw absent(type, flavors);
    return { zone, type: nameOf(flavor), flavor };
  });
}

/** @throws MachineError CheckFailed */
function smallest(options: OpenstackOptions, flavors: readonly Found[]): Found {
  const [first] = fitting(options, flavors).filter((one) => architectureOf(one) === 'x86_64');
  if (first) return first;
  throw new MachineError('CheckFailed', 'the cloud has no flavor with 2 GiB of memory and 10 GiB of disk', {
    suggestions: ['openstack flavor list', '--openstack-flavor-name FLAVOR', '--openstack-boot-from-volume'],
  });
}

/** Those that Docker is of use on, by memory, then by cores, disk and name. */
export function fitting(
  options: Pick<OpenstackOptions, 'boot-from-volume'>,
  flavors: readonly Found[],
): readonly Found[] {
  const size = (one: Found, key: string): number => number(one[key]);
  const fits = flavors.filter(
    (one) =>
      size(one, 'ram') >= LEAST.ram &&
      (options['boot-from-volume'] || size(one, 'disk') >= LEAST.disk) &&
      one['OS-FLV-DISABLED:disabled'] !== true,
  );
  return [...fits].sort(
    (one, other) =>
      size(one, 'ram') - size(other, 'ram') ||
      size(one, 'vcpus') - size(other, 'vcpus') ||
      size(one, 'disk') - size(other, 'disk') ||
      nameOf(one).localeCompare(nameOf(other)),
  );
}

/** Flavors do not say it; clouds put it into the name. */
export function architectureOf(flavor: Found): 'x86_64' | 'aarch64' {
  return /arm|aarch|ampere|altra|graviton/i.test(nameOf(flavor)) ? 'aarch64' : 'x86_64';
}

function absent(named: string, flavors: readonly Found[]): MachineError {
  const some = [...flavors]
    .sort((one, other) => number(one['ram']) - number(other['ram']))
    .filter((one) => number(one['ram']) >= LEAST.ram)
    .slice(0, 3);
  return new MachineError('CheckFailed', `the cloud has no flavor "${named}"`, {
    suggestions: some.map((one) => `--openstack-flavor-name ${nameOf(one)}`),
  });
}
