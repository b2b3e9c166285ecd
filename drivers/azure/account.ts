import { MachineError } from '../../src/errors.js';
import { azLogin } from './az.js';
import type { Ask } from './credentials.js';
import { placeOf } from './environment.js';
import type { Account } from './handle.js';
import type { AzureOptions } from './options.js';

/** Who asks whom, by the options. @throws MachineError BadOption */
export async function accountOf(options: AzureOptions, ask: Ask): Promise<Account> {
  const account = {
    ...placeOf(options),
    subscription: options['subscription-id'] ?? '',
    tenant: options['tenant-id'] ?? '',
    clientId: options['client-id'] ?? '',
    certificatePath: options['client-certificate-path'] ?? '',
  };
  const subscription = account.subscription || ((await azLogin(account, ask))?.subscription ?? '');
  if (/^[A-Za-z0-9][\w.-]*$/.test(subscription)) return { ...account, subscription };
  const fact = subscription === '' ? 'is missing' : `wants a UUID, got ${JSON.stringify(subscription.slice(0, 40))}`;
  throw new MachineError('BadOption', `option --azure-subscription-id ${fact}`, {
    suggestions: ['az login', 'az account list --output table', 'export AZURE_SUBSCRIPTION_ID=…'],
  });
}
