import { join } from 'node:path';
import type { DriverContext } from '../../src/driver.js';

/** Where gcloud keeps its settings. */
export function gcloudFolder({ CLOUDSDK_CONFIG, APPDATA, HOME }: DriverContext<never>['environment']): string {
  return CLOUDSDK_CONFIG ?? (APPDATA ? join(APPDATA, 'gcloud') : join(HOME ?? '/', '.config', 'gcloud'));
}
