import { number, type Found } from '../../src/cloud/found.js';
import { sizeWords } from '../../src/cloud/size-words.js';
import type { Choice } from '../../src/choice.js';
import { regionsOf } from './catalog.js';
import { connect } from './client.js';
import { architectureOf, fitting } from './flavors.js';
import { identityOf } from './identity.js';
import type { OpenstackOptions } from './options.js';
import { sessionsOf, type Context } from './session.js';
import { nameOf } from './values.js';

/** The regions of the catalogue, the one that credentials name first; flavors that are large enough. */
export async function choices(key: string, options: OpenstackOptions, context: Context): Promise<readonly Choice[]> {
  const identity = identityOf(options);
  if (key === 'region') {
    const session = await (await sessionsOf(identity, context)).current(false);
    const named = identity.region || session.words.region;
    const regions = [...regionsOf(session)].sort((one, other) => Number(other === named) - Number(one === named));
    return regions.map((region) => ({ value: region, title: '' }));
  }
  if (key !== 'flavor-name') return [];
  const api = await connect(identity, context);
  return fitting(options, await api.list('compute', '/flavors/detail')).map((flavor) => ({
    value: nameOf(flavor),
    title: architectureOf(flavor),
    detail: detailOf(flavor),
  }));
}

/** api-ref/compute, "List Flavors With Details": memory in MiB, the disk in GiB, 0 where it is a volume. */
function detailOf(flavor: Found): string {
  return sizeWords({
    ...{ cpus: number(flavor['vcpus']), memory: number(flavor['ram']) / 1024, disk: number(flavor['disk']) },
  });
}
