import type { Json } from './world.js';

export const TEAM = '5df3e3004a17e242b7c20ca6c9fc25b701a47ece';
export const SNAPSHOT = 987_654;
export const VPC = '760e09ef-dc84-11e8-981e-3cfdfeaae000';

const SIZES = ['s-1vcpu-1gb', 's-1vcpu-2gb', 's-2vcpu-4gb'];
const FEATURES = ['backups', 'ipv6', 'metadata', 'install_agent', 'storage', 'image_transfer'];

/** resources/regions/models/region.yml */
export const REGIONS: readonly Json[] = [
  region('nyc1', 'New York 1', SIZES),
  region('nyc3', 'New York 3', SIZES),
  region('fra1', 'Frankfurt 1', [...SIZES, 'g-2vcpu-8gb', 'gpu-h100x1-80gb']),
  { ...region('ams2', 'Amsterdam 2', []), available: false },
];

function region(slug: string, name: string, sizes: readonly string[]): Json {
  return { slug, name, sizes, features: FEATURES, available: true };
}

/** resources/images/models/image.yml */
export const IMAGES: readonly Json[] = [
  {
    ...{ id: 155_133_621, name: '24.04 (LTS) x64', type: 'base', distribution: 'Ubuntu', slug: 'ubuntu-24-04-x64' },
    ...{ public: true, regions: ['nyc1', 'nyc3', 'fra1', 'ams2'], min_disk_size: 7, status: 'available' },
  },
  {
    ...{ id: SNAPSHOT, name: 'mine', type: 'snapshot', distribution: 'Ubuntu', slug: null },
    ...{ public: false, regions: ['fra1'], min_disk_size: 25, status: 'available' },
  },
];

export const VPCS: readonly Json[] = [{ id: VPC, name: 'mine', region: 'fra1', ip_range: '10.10.10.0/24' }];

export const SIZE_SLUGS: ReadonlySet<string> = new Set([...SIZES, 'g-2vcpu-8gb', 'gpu-h100x1-80gb']);

/** resources/sizes/models/size.yml */
export const SIZE_LIST: readonly Json[] = [
  size('s-2vcpu-4gb', { vcpus: 2, memory: 4_096, disk: 80, price_monthly: 24 }),
  size('s-1vcpu-1gb', { vcpus: 1, memory: 1_024, disk: 25, price_monthly: 6 }),
  size('s-1vcpu-2gb', { vcpus: 1, memory: 2_048, disk: 50, price_monthly: 12 }),
  { ...size('g-2vcpu-8gb', { vcpus: 2, memory: 8_192, disk: 25, price_monthly: 63 }), description: 'General Purpose' },
];

function size(slug: string, facts: Json): Json {
  const regions = REGIONS.filter((one) => (one['sizes'] as string[]).includes(slug)).map((one) => one['slug']);
  return { slug, ...facts, regions, available: true, description: 'Basic', transfer: 1, price_hourly: 0.01 };
}
