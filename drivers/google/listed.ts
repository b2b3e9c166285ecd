import { sizeWords } from '../../src/cloud/size-words.js';
import type { Choice } from '../../src/choice.js';
import type { DriverContext } from '../../src/driver.js';
import type { MachineType } from './api.js';
import { openCompute, type Compute } from './client.js';
import { accountOf } from './create.js';
import type { GoogleMachine } from './machine.js';
import type { GoogleOptions } from './options.js';

/** Of some hundreds of types those of general use: the cheap families first. */
const FAMILIES = ['e2', 'n4', 't2d', 'n2d', 'n2', 'n1', 'c4a', 't2a', 'c3', 'c4'];
const MOST_CPUS = 8;

/** Zones of the project, and machine types of the first zone named; Compute Engine tells no prices. */
export async function listed(
  key: string,
  options: GoogleOptions,
  context: DriverContext<GoogleMachine>,
): Promise<readonly Choice[]> {
  const lists: Readonly<Record<string, (compute: Compute) => Promise<readonly Choice[]>>> = {
    zone: zones,
    'machine-type': (compute) => types(options, compute),
  };
  const list = lists[key];
  return list ? list(await openCompute(accountOf(options), context)) : [];
}

async function zones(compute: Compute): Promise<readonly Choice[]> {
  const found = await compute.ask('Zones.list', {});
  return found
    .filter(({ status }) => status === 'UP')
    .map(({ name = '' }) => ({ value: name, title: '' }))
    .sort((one, other) => one.value.localeCompare(other.value));
}

async function types({ zone }: GoogleOptions, compute: Compute): Promise<readonly Choice[]> {
  const found = await compute.ask('MachineTypes.list', { zone: zone.split(',')[0]?.trim() ?? '' });
  return found
    .filter((type) => familyOf(type) >= 0 && cpusOf(type) <= MOST_CPUS)
    .sort(
      (one, other) => familyOf(one) - familyOf(other) || cpusOf(one) - cpusOf(other) || memoryOf(one) - memoryOf(other),
    )
    .map((type) => ({
      value: type.name ?? '',
      title: type.architecture ?? '',
      detail: sizeWords({ cpus: cpusOf(type), memory: memoryOf(type) / 1024 }),
    }));
}

function familyOf({ name = '' }: MachineType): number {
  return FAMILIES.indexOf(name.split('-')[0] ?? '');
}

function cpusOf({ guestCpus = 0 }: MachineType): number {
  return guestCpus;
}

function memoryOf({ memoryMb = 0 }: MachineType): number {
  return memoryMb;
}
