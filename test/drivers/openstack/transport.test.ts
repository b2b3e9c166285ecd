import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transportFor } from '../../../drivers/openstack/transport.js';
import { wordsOfEnvironment } from '../../../drivers/openstack/words.js';
import { certificates } from '../../../src/certs/issue.js';
import { failureOf } from '../../helpers/failure.js';

describe('a cloud with a certificate of its own', () => {
  let folder = '';
  let url = '';
  let server: Server;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-openstack-'));
    const validity = { from: new Date(Date.now() - 60_000), days: 1 };
    const authority = await certificates.createAuthority('cloud', validity);
    const wish = { names: ['127.0.0.1'], organization: 'cloud', validity };
    const pair = await certificates.issueServer(authority, wish);
    await writeFile(join(folder, 'ca.pem'), authority.certificate);
    server = createServer({ key: pair.privateKey, cert: pair.certificate }, (request, response) => {
      request.resume().on('end', () => response.writeHead(201, { 'x-subject-token': 't' }).end('{"a":1}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  const words = (environment: Record<string, string>): ReturnType<typeof wordsOfEnvironment> =>
    wordsOfEnvironment(environment);

  it('is spoken to when its authority is named', async () => {
    const send = await transportFor(words({ OS_CACERT: join(folder, 'ca.pem') }));

    const response = await send?.(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });

    expect([response?.status, response?.headers.get('x-subject-token')]).toEqual([201, 't']);
    expect(await response?.json()).toEqual({ a: 1 });
  });

  it('is spoken to unchecked when that is wanted', async () => {
    const send = await transportFor(words({ OS_INSECURE: 'true' }));

    expect((await send?.(url, {}))?.status).toBe(201);
  });

  it('is refused otherwise', async () => {
    const send = await transportFor(words({}));

    expect(send).toBeUndefined();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('is not spoken to when the file of its authority is not there', async () => {
    const failure = await failureOf(transportFor(words({ OS_CACERT: '/nowhere/ca.pem' })));

    expect([failure.code, failure.message]).toEqual([
      'BadOption',
      'the cloud\'s certificates cannot be read: "/nowhere/ca.pem"',
    ]);
  });
});
