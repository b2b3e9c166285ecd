import { isFault } from '../../src/cloud/fault.js';
import { text } from '../../src/cloud/found.js';
import type { DriverContext } from '../../src/driver.js';
import { throwIfCancelled } from '../../src/errors.js';
import { connect } from './client.js';
import type { AzureMachine } from './handle.js';
import { below, vmAt } from './places.js';

/** Characters of the end that are shown. */
const SHOWN = 2_000;
const WITHIN_MS = 30_000;

/** The end of the serial console's log; '' while Azure has none. */
export async function consoleTail(resource: AzureMachine, context: DriverContext<AzureMachine>): Promise<string> {
  const place = below(vmAt(resource), 'retrieveBootDiagnosticsData');
  try {
    const link = text((await connect(resource, context).ask(place))['serialConsoleLogBlobUri']);
    // The link itself is the permission to read: it goes into no message, and the token does not go along.
    return link === '' ? '' : await tailOf(link, context.signal);
  } catch (error) {
    if (isFault(error, 'notFound', 'conflict', 'input')) return '';
    throw error;
  }
}

async function tailOf(link: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(link, { signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]) });
    return response.ok ? (await response.text()).slice(-SHOWN) : '';
  } catch {
    throwIfCancelled(signal);
    return '';
  }
}
