import { isFault } from '../../src/cloud/fault.js';
import { array, object, text, type Found } from '../../src/cloud/found.js';
import type { DriverContext } from '../../src/driver.js';
import { type Arm } from './client.js';
import { once } from './once.js';
import { computeAt } from './places.js';
import { API } from './versions.js';

/** What Azure says of a size in one location. */
export interface Size {
  readonly name: string;
  readonly architecture: 'amd64' | 'arm64';
  /** Machines of the second generation boot by UEFI; old sizes know only the first. */
  readonly hasGeneration2: boolean;
  readonly cpus: number;
  /** In GiB. */
  readonly memory: number;
  /** The quota's name: "standardBsv2Family". */
  readonly family: string;
  readonly takesSpot: boolean;
  readonly takesAcceleration: boolean;
  /** Zones that have it for this subscription. */
  readonly zones: readonly string[];
  /** Why this subscription cannot have it here, '' when it can. */
  readonly refusedFor: string;
}

export interface SizeRequest {
  readonly location: string;
  readonly arm: Arm;
  readonly context: Pick<DriverContext<unknown>, 'pace'>;
}

/** All sizes of a location by name in lower case; undefined where this login may not ask. */
export function sizesOf({ location, arm, context }: SizeRequest): Promise<ReadonlyMap<string, Size> | undefined> {
  return once(context, `sizes ${arm.subscription} ${location}`, async () => {
    const query = { $filter: `location eq '${location.replaceAll("'", '')}'` };
    try {
      const skus = await arm.list(computeAt(arm, 'skus', API.skus), query);
      const sizes = skus.filter(({ resourceType }) => resourceType === 'virtualMachines').map(sizeOf);
      return new Map(sizes.map((size) => [size.name.toLowerCase(), size]));
    } catch (error) {
      if (isFault(error) && error.code === 'AuthorizationFailed') return undefined;
      throw error;
    }
  });
}

function sizeOf(sku: Found): Size {
  const capabilities = new Map(array(sku['capabilities']).map(({ name, value }) => [text(name), text(value)]));
  const restrictions = array(sku['restrictions']);
  const whole = restrictions.find(({ type }) => type === 'Location');
  const lost = restrictions.filter(({ type }) => type === 'Zone').flatMap((one) => zonesIn(one['restrictionInfo']));
  return {
    name: text(sku['name']),
    architecture: capabilities.get('CpuArchitectureType') === 'Arm64' ? 'arm64' : 'amd64',
    hasGeneration2: capabilities.get('HyperVGenerations')?.includes('V2') ?? true,
    cpus: Number(capabilities.get('vCPUs')) || 0,
    memory: Number(capabilities.get('MemoryGB')) || 0,
    family: text(sku['family']),
    takesSpot: capabilities.get('LowPriorityCapable') === 'True',
    takesAcceleration: capabilities.get('AcceleratedNetworkingEnabled') === 'True',
    zones: array(sku['locationInfo'])
      .flatMap(zonesIn)
      .filter((zone) => !lost.includes(zone)),
    refusedFor: whole ? text(whole['reasonCode']) || 'NotAvailable' : '',
  };
}

function zonesIn(value: unknown): readonly string[] {
  const zones = object(value)['zones'];
  return Array.isArray(zones) ? zones.map(text) : [];
}

/** What a size's name alone says: a "p" among the small letters behind the number is Arm ("Azure VM sizes naming conventions"). */
export function sizeByName(name: string): Size {
  const isArm = /^[a-z]+_[A-Z]+\d+(-\d+)?[a-z]*p[a-z]*(_|$)/i.test(name);
  return {
    ...{ name, architecture: isArm ? 'arm64' : 'amd64', hasGeneration2: !/^(Basic_|Standard_A\d+$)/i.test(name) },
    ...{ cpus: 0, memory: 0, family: '', takesSpot: true, takesAcceleration: true, zones: [], refusedFor: '' },
  };
}

/** The newest Ubuntu LTS for a size: Canonical's offer, "server" being the one for UEFI. */
export function ubuntuFor({ architecture, hasGeneration2 }: Size): string {
  const sku = architecture === 'arm64' ? 'server-arm64' : hasGeneration2 ? 'server' : 'server-gen1';
  return `Canonical:ubuntu-24_04-lts:${sku}:latest`;
}
