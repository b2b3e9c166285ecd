import { object, text, type Found } from '../../src/cloud/found.js';
import { ownerTags, TAG } from '../../src/cloud/owner.js';
import type { NewHost } from '../../src/driver.js';
import type { AzureMachine } from './handle.js';
import type { AzureOptions } from './options.js';
import { parseTags } from './stored.js';

/** berth's tags and the user's. */
export function tagsOf({ host }: { readonly host: NewHost<AzureOptions> }): Readonly<Record<string, string>> {
  return { ...parseTags(host.options.tags ?? ''), ...ownerTags(host) };
}

/** Made by a machine of this store. */
export function isOurs(found: Found, { store }: AzureMachine): boolean {
  return store !== '' && text(object(found['tags'])[TAG.store]) === store;
}
