import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { connectQmp, type Qmp } from '../../../drivers/qemu/qmp.js';
import { failureOf, told } from '../../helpers/failure.js';
import { testFolder } from '../../helpers/folder.js';
import { monitorIn, type Replies } from './monitor.js';

const signal = new AbortController().signal;

async function talk<T>(replies: Replies, work: (qmp: Qmp) => Promise<T>): Promise<T> {
  using folder = testFolder();
  await using monitor = await monitorIn(folder.path, replies);
  using qmp = (await connectQmp(monitor.path, { signal })) as Qmp;
  return await work(qmp);
}

describe('the monitor of qemu', () => {
  it('answers a command with its value', async () => {
    const status = await talk({ 'query-status': { value: { status: 'running', running: true } } }, (qmp) =>
      qmp.execute('query-status'),
    );

    expect(status).toEqual({ status: 'running', running: true });
  });

  it('gives each of several commands its own answer, and keeps the events between them', async () => {
    const { answers, events } = await talk(
      {
        one: { value: 1, events: [{ event: 'STOP', timestamp: { seconds: 1 } }] },
        two: { value: 2, events: [{ event: 'SHUTDOWN', data: { guest: true } }] },
      },
      async (qmp) => ({
        answers: await Promise.all([qmp.execute('two'), qmp.execute('one')]),
        events: [...qmp.events],
      }),
    );

    expect(answers).toEqual([2, 1]);
    expect(events).toEqual([
      { event: 'SHUTDOWN', data: { guest: true } },
      { event: 'STOP', data: {} },
    ]);
  });

  it("tells a refusal with qemu's own words as its cause", async () => {
    const failure = await talk({ cont: { refusal: 'Resetting the Virtual Machine is required' } }, (qmp) =>
      failureOf(qmp.execute('cont')),
    );

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'qemu refused cont', exitCode: 3 });
    expect(failure.cause).toEqual(new Error('Resetting the Virtual Machine is required'));
  });

  it('says that qemu has ended, instead of waiting for an answer', async () => {
    const failure = await talk({ stop: { ends: true } }, (qmp) => failureOf(qmp.execute('stop')));

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'qemu has ended before it answered stop',
      exitCode: 3,
    });
  });

  it('takes the end of qemu for the success of a last command', async () => {
    const hasEnded = await talk({ quit: { ends: true } }, async (qmp) => {
      await qmp.executeLast('quit');
      return qmp.hasEnded;
    });

    expect(hasEnded).toBe(true);
  });

  it('refuses to take a refusal for an end', async () => {
    const failure = await talk({ quit: { refusal: 'not now' } }, (qmp) => failureOf(qmp.executeLast('quit')));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'qemu refused quit', exitCode: 3 });
  });

  it('finds nobody where no process holds the socket', async () => {
    using folder = testFolder();

    expect(await connectQmp(join(folder.path, 'qmp.sock'), { signal })).toBeUndefined();
  });

  it('gives up on a monitor that another program holds', async () => {
    using folder = testFolder();
    const path = join(folder.path, 'qmp.sock');
    const server = createServer(() => {}).listen(path);
    await once(server, 'listening');

    const failure = await failureOf(connectQmp(path, { signal, withinMs: 50 }));
    server.close();

    expect(told(failure)).toEqual({
      code: 'TimedOut',
      message: 'timed out after 0.1 s waiting for qemu to greet',
      exitCode: 4,
    });
  });

  it.each([
    ['what is no JSON', 'hello\n', 'qemu sends what is not JSON: hello'],
    ['no object', '[1]\n', 'qemu sends what is not JSON: [1]'],
    ['a line without an end', 'x'.repeat(4_000_001), 'qemu sends a line without an end'],
  ])('hangs up on a program that sends %s', async (_what, text, why) => {
    using folder = testFolder();
    const path = join(folder.path, 'qmp.sock');
    const server = createServer((socket) => void socket.on('error', () => {}).write(text)).listen(path);
    await once(server, 'listening');

    const failure = await failureOf(connectQmp(path, { signal }));
    server.close();

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'qemu has ended before it answered greet',
      exitCode: 3,
    });
    expect(failure.cause).toEqual(new Error(why));
  });

  it('asks nothing once it is interrupted', async () => {
    const stop = new AbortController();
    using folder = testFolder();
    await using monitor = await monitorIn(folder.path, { 'query-status': { silent: true } });
    using qmp = (await connectQmp(monitor.path, { signal: stop.signal })) as Qmp;
    const asked = failureOf(qmp.execute('query-status'));

    stop.abort();

    expect(told(await asked)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
  });
});
