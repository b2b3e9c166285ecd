import { array, number, object, text, type Found } from '../../src/cloud/found.js';
import { sizeWords } from '../../src/cloud/size-words.js';
import { together } from '../../src/cloud/together.js';
import type { Choice } from '../../src/choice.js';
import { connect, type Api, type Context } from './client.js';
import { isSold } from './offer.js';
import type { HetznerOptions } from './options.js';
import { endpointOf } from './settings.js';

/** Locations, and the server types that are sold in the first location named. */
export async function choices(key: string, options: HetznerOptions, context: Context): Promise<readonly Choice[]> {
  const lists: Readonly<Record<string, (api: Api) => Promise<readonly Choice[]>>> = {
    'server-location': locations,
    'server-type': (api) => types(options, context.now(), api),
  };
  const list = lists[key];
  return list ? list(await connect({ endpoint: endpointOf(options), context: '' }, context)) : [];
}

async function locations(api: Api): Promise<readonly Choice[]> {
  const found = await api.list('locations');
  return found.map(({ name, city, country }) => ({
    value: text(name),
    title: [text(city), text(country)].filter((word) => word !== '').join(', '),
  }));
}

async function types(
  { 'server-location': places = '' }: HetznerOptions,
  now: Date,
  api: Api,
): Promise<readonly Choice[]> {
  const place = places.split(',')[0]?.trim() ?? '';
  const [all, currency] = await together([api.list('server_types'), api.currency()]);
  return all
    .filter((type) => isSold(type, place, now))
    .sort(
      (one, other) => monthly(one, place) - monthly(other, place) || number(one['memory']) - number(other['memory']),
    )
    .map((type) => ({
      value: text(type['name']),
      title: `${text(type['architecture'])}, ${text(type['cpu_type'])}`,
      detail: sizeWords({
        ...{ cpus: number(type['cores']), memory: number(type['memory']), disk: number(type['disk']) },
        price: Number.isFinite(monthly(type, place))
          ? `${monthly(type, place).toFixed(2)} ${currency}`.trim()
          : undefined,
      }),
    }));
}

/** Without taxes; Infinity where none is told. */
function monthly(type: Found, place: string): number {
  const prices = array(type['prices']);
  const price = prices.find(({ location }) => location === place) ?? (place === '' ? prices[0] : undefined);
  return Number.parseFloat(text(object(price?.['price_monthly'])['net'])) || Infinity;
}
