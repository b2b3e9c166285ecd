import { writeSync } from 'node:fs';
import { systemCode } from '../errors.js';

const STDOUT = 1;
/** Whether the stream exists: 'unknown' until somebody watches for it, as in tests. */
let stream: 'unknown' | 'unopened' | 'open' = 'unknown';

/** Ends the process in peace when a reader of stdout goes away (`berth ls | head -1`), as soon as there is the stream of it. */
export function watchStdout(): void {
  const property = Object.getOwnPropertyDescriptor(process, 'stdout');
  if (!property?.get) return;
  stream = 'unopened';
  const open = (): NodeJS.WriteStream => {
    const opened = property.get?.() as NodeJS.WriteStream;
    if (stream === 'unopened') opened.on('error', (error) => endFor(error));
    stream = 'open';
    return opened;
  };
  Object.defineProperty(process, 'stdout', { get: open, configurable: true, enumerable: true });
}

/** Writes a result. Opening the stream takes longer than all else that the quickest commands do, so they do without. */
export function print(text: string): void {
  if (stream !== 'unopened') return void process.stdout.write(text);
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(STDOUT, rest));
  } catch (error) {
    // A pipe of somebody who set it not to wait, and that is full: the stream knows how to go on.
    if (systemCode(error) === 'EAGAIN') process.stdout.write(rest);
    else endFor(error);
  }
}

function endFor(error: unknown): never {
  process.exit(systemCode(error) === 'EPIPE' ? 0 : 1);
}
