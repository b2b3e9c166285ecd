import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { sizeWords } from '../../src/cloud/size-words.js';
import type { Choice } from '../../src/choice.js';
import { connect, pages, type Ask, type Context } from './client.js';
import type { Ec2Options } from './options.js';
import { placeOf } from './settings.js';

/** Of some eight hundred types those of general use: families that are cheap, balanced, or have more of something. */
const FAMILIES = ['t3', 't3a', 't4g', 'm7i', 'm7a', 'm7g', 'c7i', 'c7g', 'r7i', 'r7g'];
/** In MiB; whoever wants more knows its name. */
const MOST_MEMORY = 65_536;

/** Regions of the account, and instance types of a region; EC2 tells no prices. */
export async function choices(key: string, options: Ec2Options, context: Context): Promise<readonly Choice[]> {
  const lists: Readonly<Record<string, (ask: Ask) => Promise<readonly Choice[]>>> = {
    region: regions,
    'instance-type': types,
  };
  const list = lists[key];
  return list ? list(connect(placeOf(options), context)) : [];
}

async function regions(ask: Ask): Promise<readonly Choice[]> {
  const { Regions: found = [] } = await ask((ec2, how) => ec2.describeRegions({}, how));
  return found
    .map(({ RegionName: value = '' }) => ({ value, title: '' }))
    .sort((one, other) => one.value.localeCompare(other.value));
}

async function types(ask: Ask): Promise<readonly Choice[]> {
  const Filters = [{ Name: 'instance-type', Values: FAMILIES.map((family) => `${family}.*`) }];
  const found = await pages(
    (NextToken) =>
      ask((ec2, how) => ec2.describeInstanceTypes({ Filters, ...(NextToken === undefined ? {} : { NextToken }) }, how)),
    ({ InstanceTypes: all }) => all,
  );
  return found
    .filter((type) => !type.BareMetal && memoryOf(type) <= MOST_MEMORY)
    .sort((one, other) => familyOf(one) - familyOf(other) || memoryOf(one) - memoryOf(other))
    .map((type) => ({ value: String(type.InstanceType), title: architectureOf(type), detail: detailOf(type) }));
}

function familyOf({ InstanceType: name }: InstanceTypeInfo): number {
  return FAMILIES.indexOf(String(name).split('.')[0] ?? '');
}

function memoryOf({ MemoryInfo: memory }: InstanceTypeInfo): number {
  return memory?.SizeInMiB ?? 0;
}

function architectureOf({ ProcessorInfo: processor }: InstanceTypeInfo): string {
  return processor?.SupportedArchitectures?.find((one) => one !== 'i386') ?? '';
}

function detailOf(type: InstanceTypeInfo): string {
  return sizeWords({ cpus: type.VCpuInfo?.DefaultVCpus ?? 0, memory: memoryOf(type) / 1024 });
}
