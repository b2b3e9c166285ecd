import type { Machine } from '../record.js';
import type { Program } from './program.js';

/**
 * What to do about an engine that does not answer and stands behind a firewall that berth can change: the caller's address may
 * have changed since it was opened. Only asked when something failed, since it loads the driver.
 */
export async function portAdvice({ name, driver, enginePort }: Machine, program: Program): Promise<readonly string[]> {
  const spec = program.findDriver(driver);
  if (!spec?.features.plantsKeys || spec.features.local) return [];
  const { ports } = await spec.load();
  return ports ? [`berth ports ${name} open ${enginePort} --from caller`] : [];
}
