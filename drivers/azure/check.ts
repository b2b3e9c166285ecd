import { text } from '../../src/cloud/found.js';
import type { DriverContext, NewHost } from '../../src/driver.js';
import { poll } from '../../src/poll.js';
import { accountOf } from './account.js';
import { checkAvailabilitySet, checkNetwork, checkSecurityGroup } from './check-network.js';
import { checkOptions } from './check-options.js';
import { checkSize, noneIfForbidden } from './check-size.js';
import { connect } from './client.js';
import type { AzureMachine } from './handle.js';
import { customDataOf, newMachine } from './machine.js';
import type { Making } from './network.js';
import type { AzureOptions } from './options.js';
import { API } from './versions.js';

/** A provider of Azure's is ready for a new subscription within a minute or two, in milliseconds. */
const REGISTERED_WITHIN_MS = 300_000;

/** Everything that can be refused before it costs money. @throws MachineError BadOption, CheckFailed; Fault */
export async function check(host: NewHost<AzureOptions>, context: DriverContext<AzureMachine>): Promise<void> {
  checkOptions(host.options, context.report);
  await customDataOf(host);
  const resource = newMachine(host, await accountOf(host.options, context));
  const making: Making = { host, resource, arm: connect(resource, context), context };
  await Promise.all([
    checkSize(making),
    ...['Microsoft.Compute', 'Microsoft.Network'].map((provider) => register(provider, making)),
    checkNetwork(making),
    checkAvailabilitySet(making),
    checkSecurityGroup(making),
  ]);
}

/** New subscriptions do not know the providers of machines and networks. */
async function register(provider: string, { resource, arm }: Making): Promise<void> {
  const place = { path: `/subscriptions/${resource.subscription}/providers/${provider}`, version: API.resources };
  const isRegistered = async (): Promise<boolean> => text((await arm.get(place))['registrationState']) === 'Registered';
  if (await isRegistered().catch((error: unknown) => noneIfForbidden(error).length === 0)) return;
  await arm.post({ ...place, path: `${place.path}/register` });
  const what = `${provider} to be registered with the subscription`;
  await poll(async () => ((await isRegistered()) ? true : undefined), {
    ...{ what, withinMs: REGISTERED_WITHIN_MS },
    ...arm.rhythm,
  });
}
