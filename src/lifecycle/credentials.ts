import type { DriverContext } from '../driver.js';
import { isMachineError } from '../errors.js';
import type { Json } from '../record.js';
import type { AnyDriver } from './driver-call.js';

/** Values of a driver's secret options from the two places where they can be. */
export interface KnownSecrets {
  readonly stored: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A driver that takes the environment's credentials where the stored ones are refused: keys are changed, and a machine has to
 * be removed with those of today. Verbs may be called twice with the same arguments, so the refused one is.
 */
export function withRefreshedCredentials(
  driver: AnyDriver,
  context: Omit<DriverContext<Json>, 'secrets'>,
  { stored, environment, name }: KnownSecrets & { readonly name: string },
): { driver: AnyDriver; context: DriverContext<Json> } {
  let secrets = { ...environment, ...stored };
  const others = Object.keys(stored).filter((key) => key in environment && environment[key] !== stored[key]);
  if (others.length === 0) return { driver, context: { ...context, secrets } };
  // Read anew by each call of a verb.
  const live = Object.defineProperty({ ...context }, 'secrets', { enumerable: true, get: () => secrets });
  let isRefreshed = false;
  const again = (error: unknown): void => {
    if (isRefreshed || !isMachineError(error, 'CredentialsRefused')) throw error;
    isRefreshed = true;
    secrets = { ...stored, ...environment };
    context.report.warn(`the stored credentials of "${name}" are refused; those of the environment are used`);
  };
  return { driver: repeating(driver, again), context: live as DriverContext<Json> };
}

/** The object with functions that are called once more when `again` lets them; of the objects in it too. */
function repeating<T extends object>(target: T, again: (error: unknown) => void): T {
  return new Proxy(target, {
    get(_target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value === 'object' && value !== null) return repeating(value, again);
      if (typeof value !== 'function') return value;
      return async (...words: unknown[]): Promise<unknown> => {
        try {
          return await (Reflect.apply(value, target, words) as Promise<unknown>);
        } catch (error) {
          again(error);
          return Reflect.apply(value, target, words) as Promise<unknown>;
        }
      };
    },
  });
}
