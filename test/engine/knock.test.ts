import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { knock } from '../../src/engine/knock.js';
import { pingEngine } from '../../src/engine/ping.js';
import { pause } from '../../src/poll.js';
import { testCertificates } from '../helpers/certificates.js';
import { freePort, testEngine } from '../helpers/engine.js';

const { signal } = new AbortController();

describe('knocking at an engine', () => {
  it('is heard as soon as it listens, on a connection that takes the question', async () => {
    const mine = await testCertificates();
    const port = await freePort();
    const url = `tcp://127.0.0.1:${port}`;
    const knocking = knock(url, { withinMs: 10_000, signal });
    await pause(50);
    const authority = mine.authority.certificate;
    await using engine = await testEngine({ server: await mine.server(['127.0.0.1']), authority, port });

    const socket = await knocking;

    if (!socket) throw new Error('nobody opened');
    const address = { machine: 'web-1', url, authority, ...mine.client };
    expect(await pingEngine(address, { timeoutMs: 5_000, socket })).toEqual({ version: '28.2.2', apiVersion: '1.50' });
    expect(engine.asked).toEqual(['/version']);
  });

  it('keeps one connection, however many were opened', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const socket = await knock(`tcp://127.0.0.1:${port}`, { withinMs: 10_000, signal });

    await pause(20);
    const count = await new Promise((resolve) => server.getConnections((_error, open) => resolve(open)));
    expect(count).toBe(1);
    socket?.destroy();
    server.close();
  });

  it.each([
    { title: 'the time is over', withinMs: 60, after: undefined },
    { title: 'it is called off', withinMs: 10_000, after: 60 },
  ])('goes away when $title', async ({ withinMs, after }) => {
    const controller = new AbortController();
    if (after !== undefined) setTimeout(() => controller.abort(), after);

    expect(await knock(`tcp://127.0.0.1:${await freePort()}`, { withinMs, signal: controller.signal })).toBeUndefined();
  });
});
