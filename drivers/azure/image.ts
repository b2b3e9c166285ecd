import { MachineError } from '../../src/errors.js';

/** How a request names an image. @throws MachineError BadOption */
export function imageReference(image: string): Readonly<Record<string, string>> {
  if (image.startsWith('/subscriptions/')) return { id: image };
  if (/^\/CommunityGalleries\//i.test(image)) return { communityGalleryImageId: image };
  if (/^\/SharedGalleries\//i.test(image)) return { sharedGalleryImageId: image };
  const [publisher = '', offer = '', sku = '', version = '', ...more] = image.split(':');
  if (publisher !== '' && offer !== '' && sku !== '' && version !== '' && more.length === 0)
    return { publisher, offer, sku, version };
  throw new MachineError(
    'BadOption',
    `option --azure-image wants publisher:offer:sku:version, got "${image.slice(0, 40)}"`,
    {
      suggestions: ['az vm image list --publisher Canonical --all --output table'],
    },
  );
}

/** Terms of an image that costs extra. @throws MachineError BadOption */
export function planOf(plan: string | undefined): { plan?: Readonly<Record<string, string>> } {
  if (plan === undefined) return {};
  const [publisher = '', product = '', name = '', ...more] = plan.split(':');
  if (publisher !== '' && product !== '' && name !== '' && more.length === 0)
    return { plan: { publisher, product, name } };
  throw new MachineError('BadOption', `option --azure-plan wants publisher:product:plan, got "${plan.slice(0, 40)}"`);
}
