import type { Choice } from '../choice.js';
import type { AnyDriverSpec, DriverContext } from '../driver.js';

/** Drivers whose credentials are there come first, then those that need none, the `local` one before them, then the others. */
export async function driverChoices(
  drivers: readonly AnyDriverSpec[],
  environment: DriverContext<unknown>['environment'],
  local?: string,
): Promise<readonly Choice[]> {
  const all = await Promise.all(drivers.map(async (driver) => ({ driver, found: await seen(driver, environment) })));
  const rank = ({ driver, found }: (typeof all)[number]): number => {
    if (found !== undefined) return 0;
    if (driver.name === local) return 1;
    if (driver.credentials) return 3;
    // Without a host there is nothing to make.
    return driver.features.ssh ? 2 : 4;
  };
  return [...all]
    .sort((one, other) => rank(one) - rank(other))
    .map(({ driver, found }) => ({
      value: driver.name,
      title: driver.title,
      ...(driver.credentials ? { detail: found ? `credentials: ${found}` : 'no credentials seen' } : {}),
    }));
}

/** A broken file of one provider hides none of the others. */
async function seen(
  driver: AnyDriverSpec,
  environment: DriverContext<unknown>['environment'],
): Promise<string | undefined> {
  return driver.credentials?.(environment).catch(() => undefined);
}
