import { beforeAll, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { callEngine } from '../../src/engine/api.js';
import type { EngineAddress } from '../../src/engine/request.js';
import { testCertificates, type TestCertificates } from '../helpers/certificates.js';
import { testEngine, type TestEngine } from '../helpers/engine.js';
import { failureOf, told } from '../helpers/failure.js';

let mine: TestCertificates;
beforeAll(async () => {
  mine = await testCertificates();
});

const engineThat = async (answer: RequestListener): Promise<TestEngine> =>
  testEngine({ server: await mine.server(['127.0.0.1']), authority: mine.authority.certificate, answer });
const addressOf = (url: string): EngineAddress => ({
  machine: 'web-1',
  url,
  authority: mine.authority.certificate,
  certificate: mine.client.certificate,
  privateKey: mine.client.privateKey,
});

describe("a call of the engine's API", () => {
  it('sends its body as JSON and resolves to what is answered', async () => {
    const seen: Promise<readonly [IncomingMessage, string]>[] = [];
    await using engine = await engineThat((request, response) => {
      seen.push(text(request).then((body) => [request, body] as const));
      response.statusCode = 201;
      response.end('{"ID": "abc"}');
    });

    const body = { Name: 'größe' };
    const answer = await callEngine(addressOf(engine.url), { method: 'POST', path: '/x?y=1', body, timeoutMs: 5_000 });

    const [[request, sent] = []] = await Promise.all(seen);
    expect(answer).toEqual({ ID: 'abc' });
    expect([request?.method, request?.url, request?.headers['content-type'], sent]).toEqual([
      'POST',
      '/x?y=1',
      'application/json',
      '{"Name":"größe"}',
    ]);
  });

  it('resolves to nothing where the answer is empty', async () => {
    await using engine = await engineThat((_request, response) => void response.end());

    expect(await callEngine(addressOf(engine.url), { method: 'GET', path: '/', timeoutMs: 5_000 })).toBeUndefined();
  });

  it("fails with the engine's own words as the cause, and without the query", async () => {
    await using engine = await engineThat((_request, response) => {
      response.statusCode = 503;
      response.end('{"message": "This node is not a swarm manager."}');
    });

    const failure = await failureOf(
      callEngine(addressOf(engine.url), { method: 'POST', path: '/swarm/leave?force=1', timeoutMs: 5_000 }),
    );

    expect({ ...told(failure), cause: failure.cause }).toEqual({
      code: 'EngineRefused',
      message: `the engine at ${engine.url} refused POST /swarm/leave (HTTP status 503)`,
      exitCode: 4,
      cause: new Error('This node is not a swarm manager.'),
    });
  });

  it('takes what is missing for nothing where that is asked for', async () => {
    await using engine = await engineThat((_request, response) => {
      response.statusCode = 404;
      response.end('{"message": "node x not found"}');
    });
    const call = { method: 'DELETE', path: '/nodes/x', timeoutMs: 5_000 } as const;

    expect(await callEngine(addressOf(engine.url), { ...call, mayBeMissing: true })).toBeUndefined();
    expect((await failureOf(callEngine(addressOf(engine.url), call))).code).toBe('EngineRefused');
  });
});
