import { number, text, texts, type Found } from '../../src/cloud/found.js';
import { sizeWords } from '../../src/cloud/size-words.js';
import type { Choice } from '../../src/choice.js';
import { connect, type Api, type Context } from './client.js';
import type { DropletOptions } from './options.js';
import { endpointOf } from './settings.js';

/** Regions that take new droplets, and the sizes that the first region named has. */
export async function choices(key: string, options: DropletOptions, context: Context): Promise<readonly Choice[]> {
  const lists: Readonly<Record<string, (api: Api) => Promise<readonly Choice[]>>> = {
    region: regions,
    size: (api) => sizes(options, api),
  };
  const list = lists[key];
  return list ? list(await connect({ endpoint: endpointOf(options), context: '' }, context)) : [];
}

async function regions(api: Api): Promise<readonly Choice[]> {
  const found = await api.list('/regions', 'regions');
  return found
    .filter(({ available }) => available !== false)
    .map(({ slug, name }) => ({ value: text(slug), title: text(name) }))
    .sort((one, other) => one.title.localeCompare(other.title));
}

async function sizes({ region }: DropletOptions, api: Api): Promise<readonly Choice[]> {
  const place = region.split(',')[0]?.trim() ?? '';
  const found = await api.list('/sizes', 'sizes');
  return found
    .filter(({ available, regions: of }) => available !== false && texts(of).includes(place))
    .sort((one, other) => number(one['price_monthly']) - number(other['price_monthly']))
    .map((size) => ({ value: text(size['slug']), title: text(size['description']), detail: detailOf(size) }));
}

/** openapi: resources/sizes/models/size.yml; memory in MB, the price in US dollars. */
function detailOf(size: Found): string {
  const price = size['price_monthly'];
  return sizeWords({
    cpus: number(size['vcpus']),
    memory: number(size['memory']) / 1024,
    disk: number(size['disk']),
    price: typeof price === 'number' ? `${price.toFixed(2)} USD` : undefined,
  });
}
