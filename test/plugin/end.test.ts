import { once } from 'node:events';
import { openPlugin } from '../../src/plugin/binary.js';
import { poll } from '../../src/poll.js';
import { silentReporter } from '../../src/reporter.js';
import { failureOf } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { describeFakeDriver } from './support/fake-driver.js';
import { runBeside } from './support/other-process.js';
import { isAlive, pidOf, scriptDriver, untilStarted } from './support/scripts.js';

/** Opens the driver and waits for its answer for ever, or for something that ends the process. */
const OPENS = (path: string, then: string): string => `
import { openPlugin } from './plugin/binary.js';
import { silentReporter } from './reporter.js';
const command = { driver: 'fake', path: ${JSON.stringify(path)}, environment: process.env, report: silentReporter };
const opened = openPlugin({ ...command, signal: new AbortController().signal, secrets: [] });
${then}
`;

describe('a driver binary', () => {
  it.each([
    ['is told to', 'setTimeout(() => process.exit(3), 300);'],
    ['fails', 'setTimeout(() => { throw new Error("a bug"); }, 300);'],
  ])('that hangs ends with us when our process %s', async (_what, then) => {
    using folder = testFolder();
    const path = scriptDriver(folder.path, 'exec sleep 600');
    const us = runBeside(folder.path, `process.on('uncaughtException', () => process.exit(1));${OPENS(path, then)}`);

    // Before the first wait: on a busy computer our process may be gone by the end of it.
    await Promise.all([untilStarted(folder.path), once(us, 'exit')]);

    await untilGone(pidOf(folder.path));
  });
});

describeFakeDriver('a driver binary that Go made', (built) => {
  it('ends soon after our process was killed', async () => {
    using own = testFolder();
    const wrapper = scriptDriver(own.path, `FAKE_PATIENCE=300ms exec ${built.path}`);
    const us = runBeside(
      own.path,
      OPENS(
        wrapper,
        'await opened; process.stdout.write("open"); await new Promise(() => setInterval(() => {}, 1000));',
      ),
    );
    await once(us.stdout!, 'data');

    us.kill('SIGKILL');

    await untilGone(pidOf(own.path));
  });

  it('lives as long as it gets heartbeats, whatever else it does', async () => {
    await using plugin = await opened(built.path, { heartbeatMs: 50 });

    const failure = await failureOf(plugin.call('PreCreateCheck', undefined, { withinMs: 1_000 }));
    const version = await plugin.call('GetVersion');

    expect(failure.message).toBe('timed out after 1 s waiting for driver "fake" to answer PreCreateCheck');
    expect(version).toBe(1);
  });

  it('that ends itself for want of heartbeats is told as a crash', async () => {
    await using plugin = await opened(built.path, { heartbeatMs: 60_000 });

    const failure = await failureOf(plugin.call('PreCreateCheck'));

    expect(failure.message).toBe('driver "fake" crashed with exit code 1');
  });
});

function opened(path: string, times: { readonly heartbeatMs: number }): ReturnType<typeof openPlugin> {
  const environment = { ...process.env, FAKE_PATIENCE: '400ms', FAKE_FAULT: 'hang:PreCreateCheck' };
  const { signal } = new AbortController();
  return openPlugin({ driver: 'fake', path, environment, report: silentReporter, signal, secrets: [], times });
}

async function untilGone(pid: number): Promise<void> {
  const gone = async (): Promise<true | undefined> => (isAlive(pid) ? undefined : true);
  await poll(gone, { what: 'the driver to end', withinMs: 5_000, everyMs: 10 });
}
