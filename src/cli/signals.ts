import { setMaxListeners } from 'node:events';
import { EXIT_CODES } from '../errors.js';

/**
 * A signal that fires on the first SIGINT or SIGTERM: work stops in order and the record stays true. The second one ends
 * the process on the spot; what is on record then is still enough for `rm`.
 */
export function interruptSignal(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  // Every machine of a cluster is asked at once, and all of them hear of it.
  setMaxListeners(0, controller.signal);
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.Cancelled);
    say('stopping; once more to leave at once');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  return controller.signal;
}
