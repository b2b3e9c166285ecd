import { SUBSCRIPTION, type Json } from './world.js';

/** What Azure tells of itself: sizes, images, processors left. After skus.json (2021-07-01), virtualMachineImage.json and usage. */
interface Model {
  readonly name: string;
  readonly family: string;
  readonly architecture?: string;
  readonly generations?: string;
  readonly spot?: boolean;
  readonly restricted?: boolean;
  readonly zones?: readonly string[];
}

const MODELS: readonly Model[] = [
  { name: 'Standard_B2s_v2', family: 'standardBsv2Family' },
  { name: 'Standard_B2as_v2', family: 'standardBasv2Family' },
  { name: 'Standard_B2s', family: 'standardBSFamily', generations: 'V1,V2' },
  { name: 'Standard_D2s_v5', family: 'standardDSv5Family', spot: true },
  { name: 'Standard_D2ps_v5', family: 'standardDPSv5Family', architecture: 'Arm64', spot: true },
  { name: 'Standard_A2', family: 'standardA0_A7Family', generations: 'V1', zones: [] },
  { name: 'Standard_D64s_v5', family: 'standardDSv5Family', restricted: true },
];

export function skus(location: string): readonly Json[] {
  if (location !== 'westus') return [];
  return [
    { resourceType: 'disks', name: 'Premium_LRS', locations: ['westus'] },
    ...MODELS.map(({ name, family, architecture = 'x64', generations = 'V1,V2', spot = false, restricted, zones }) => ({
      resourceType: 'virtualMachines',
      name,
      family,
      locations: ['westus'],
      locationInfo: [{ location: 'westus', zones: zones ?? ['1', '2', '3'] }],
      capabilities: Object.entries({
        CpuArchitectureType: architecture,
        HyperVGenerations: generations,
        vCPUs: '2',
        MemoryGB: name.includes('_D') ? '8' : '4',
        LowPriorityCapable: spot ? 'True' : 'False',
        AcceleratedNetworkingEnabled: name.includes('_D') ? 'True' : 'False',
      }).map(([key, value]) => ({ name: key, value })),
      restrictions: restricted
        ? [{ type: 'Location', values: ['westus'], reasonCode: 'NotAvailableForSubscription' }]
        : name === 'Standard_D2s_v5'
          ? [{ type: 'Zone', restrictionInfo: { zones: ['3'] }, reasonCode: 'NotAvailableForSubscription' }]
          : [],
    })),
  ];
}

const IMAGES = ['server', 'server-arm64', 'server-gen1'].map((sku) => `canonical/ubuntu-24_04-lts/${sku}`);

/** Versions of an image, newest first; undefined for one that there is none of. */
export function versions(publisher: string, offer: string, sku: string): readonly Json[] | undefined {
  if (!IMAGES.includes(`${publisher}/${offer}/${sku}`.toLowerCase())) return undefined;
  const id = `/Subscriptions/${SUBSCRIPTION}/Providers/Microsoft.Compute/Locations/westus/${publisher}/${offer}/${sku}`;
  return ['24.04.202611010', '24.04.202610010'].map((name) => ({ location: 'westus', name, id: `${id}/${name}` }));
}

export function usages(limit: number): readonly Json[] {
  return ['cores', 'lowPriorityCores', ...new Set(MODELS.map(({ family }) => family))].map((value) => ({
    unit: 'Count',
    currentValue: 10,
    limit,
    name: { value, localizedValue: value === 'cores' ? 'Total Regional vCPUs' : value },
  }));
}

/** After subscriptions.json (2022-12-01): a physical region, another, and one that is a geography. */
export const LOCATIONS: readonly Json[] = [
  { name: 'westus', displayName: 'West US', metadata: { regionType: 'Physical' } },
  { name: 'germanywestcentral', displayName: 'Germany West Central', metadata: { regionType: 'Physical' } },
  { name: 'europe', displayName: 'Europe', metadata: { regionType: 'Logical' } },
];
