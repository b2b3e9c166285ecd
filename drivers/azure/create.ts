import { isFault } from '../../src/cloud/fault.js';
import { candidates, firstInStock, type Candidate } from '../../src/cloud/stock.js';
import type { DriverContext, NewHost } from '../../src/driver.js';
import { poll } from '../../src/poll.js';
import { accountOf } from './account.js';
import { connect, propertiesOf, type Begun } from './client.js';
import type { AzureMachine } from './handle.js';
import { putInterface, putPublicIps } from './interface.js';
import { customDataOf, machineBody, newMachine } from './machine.js';
import { ensureAvailabilitySet, ensureGroup, ensureNetwork, putSecurityGroup, type Making } from './network.js';
import type { AzureOptions } from './options.js';
import { at, vmAt } from './places.js';
import { failureOf, isFailed, powerOf } from './power.js';
import { sizeByName, sizesOf } from './sizes.js';

/** Images are copied and hosts found within this, in milliseconds. */
const RUNNING_WITHIN_MS = 900_000;
/** How often somebody's last machine may take the network away just when this one joins it. */
const TRIES = 3;

/**
 * Makes the machine, or what is missing of it. All names follow from the host's own, so they are on record before the first
 * request, and every request says the same again when its answer was lost.
 */
export async function create(
  host: NewHost<AzureOptions>,
  context: DriverContext<AzureMachine>,
  kept?: AzureMachine,
): Promise<AzureMachine> {
  const resource = kept ?? newMachine(host, await accountOf(host.options, context));
  await context.keep(resource);
  const making: Making = { host, resource, arm: connect(resource, context), context };
  if (kept && (await isMade(making))) return resource;
  const customData = await customDataOf(host);
  await ensureGroup(making);
  const joined = await joinNetwork(making);
  await makeMachine({ ...making, resource: joined }, customData);
  return joined;
}

/** Whether an earlier call came as far as the machine, and the machine to its end; one that failed is cleared away. */
async function isMade(making: Making): Promise<boolean> {
  const found = await making.arm.find(vmAt(making.resource));
  if (!found) return false;
  const isSettled = propertiesOf(found)['provisioningState'] === 'Succeeded';
  try {
    await untilRunning(making, { look: () => Promise.resolve(isSettled ? true : undefined) });
    return true;
  } catch (error) {
    if (!isFault(error)) throw error;
    await clear(making);
    return false;
  }
}

async function joinNetwork(making: Making): Promise<AzureMachine> {
  for (let tries = 1; ; tries += 1) {
    const [resource] = await Promise.all([
      ensureNetwork(making),
      ensureAvailabilitySet(making),
      putSecurityGroup(making),
      putPublicIps(making),
    ]);
    try {
      await putInterface({ ...making, resource });
      return resource;
    } catch (error) {
      if (!isFault(error, 'notFound') || tries >= TRIES) throw error;
    }
  }
}

async function makeMachine(making: Making, customData: string): Promise<void> {
  const { host, resource, arm, context } = making;
  const sizes = await sizesOf({ location: resource.location, arm, context });
  const wanted = candidates(host.options['availability-zone'] ?? '', host.options.size);
  const tries = available(wanted, sizes, host.options);
  await firstInStock(tries, context.report, async ({ zone, type }) => {
    const size = sizes?.get(type.toLowerCase()) ?? sizeByName(type);
    try {
      const body = machineBody({ host, resource }, { zone, size, customData });
      const begun = await arm.begin('PUT', vmAt(resource), { body }).catch((error) => underWay(making, error));
      await untilRunning(making, begun);
    } catch (error) {
      if (isFault(error, 'stock')) await clear(making);
      throw error;
    }
  });
}

/** The request sent again after a lost answer meets the machine that the first one has begun. */
async function underWay({ resource, arm }: Making, error: unknown): Promise<Begun> {
  const isBegun = isFault(error, 'conflict') && (await arm.find(vmAt(resource))) !== undefined;
  if (!isBegun) throw error;
  const look = async (): Promise<true | undefined> => {
    const { provisioningState } = propertiesOf(await arm.find(vmAt(resource)));
    return provisioningState === 'Succeeded' ? true : undefined;
  };
  return { look };
}

/** Those that are not known to be refused; all of them when nothing else is left, so that Azure itself says why. */
export function available(
  tries: readonly Candidate[],
  sizes: Awaited<ReturnType<typeof sizesOf>>,
  { spot }: Pick<AzureOptions, 'spot'>,
): readonly Candidate[] {
  if (!sizes) return tries;
  const good = tries.filter(({ zone, type }) => {
    const size = sizes.get(type.toLowerCase());
    const isHere = size?.refusedFor === '' && (zone === '' || size.zones.includes(zone));
    return isHere && (size.takesSpot || !spot);
  });
  return good.length > 0 ? good : tries;
}

/** A machine runs well before Azure calls the operation finished. @throws Fault for what it failed for */
async function untilRunning({ resource, arm }: Pick<Making, 'resource' | 'arm'>, begun: Begun): Promise<void> {
  await poll(
    async () => {
      const isOver = await begun.look();
      const vm = await arm.find(vmAt(resource), { $expand: 'instanceView' });
      if (vm && isFailed(vm)) throw failureOf(vm);
      return vm && (isOver || powerOf(vm) === 'running') ? true : undefined;
    },
    { what: `${resource.name} to get a place at Azure`, withinMs: RUNNING_WITHIN_MS, ...arm.rhythm },
  );
}

/** What is left of a machine that got no place: its size and zone cannot be changed. */
async function clear({ resource, arm }: Making): Promise<void> {
  await arm.removeFreed(vmAt(resource));
  await arm.removeFreed(at(resource, 'disk', resource.disk));
}
