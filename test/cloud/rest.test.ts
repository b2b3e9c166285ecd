import { Fault } from '../../src/cloud/fault.js';
import { createRest, endpointUrl, retryAfter, statusFault, type Rest, type RestOptions } from '../../src/cloud/rest.js';
import { Pace } from '../../src/pace.js';
import { failureOf, told } from '../helpers/failure.js';
import { standIn, type CloudStandIn, type StandInAnswer, type StandInRequest } from '../standins/server.js';

interface Served extends AsyncDisposable {
  readonly stand: CloudStandIn;
  readonly asked: StandInRequest[];
  /** Whether the credentials had to be renewed, for each attempt. */
  readonly renewed: boolean[];
  readonly rest: Rest;
}

/** A service that gives the answers one after the other, the last one for ever. */
async function served(answers: readonly StandInAnswer[], options: Partial<RestOptions> = {}): Promise<Served> {
  const asked: StandInRequest[] = [];
  const renewed: boolean[] = [];
  const stand = await standIn({
    nameOf: ({ method, url }) => `${method} ${url.pathname}`,
    handle: (request) => {
      asked.push(request);
      return answers[Math.min(asked.length, answers.length) - 1] ?? { status: 200 };
    },
    left: () => [],
  });
  const rest = createRest({
    base: `${stand.url}/v1`,
    authorize: async (renew) => (renewed.push(renew), { authorization: `Bearer ${renew ? 'new' : 'old'}` }),
    faultOf: (refusal) => statusFault(refusal),
    pace: new Pace({ firstMs: 1 }),
    signal: new AbortController().signal,
    withinMs: 2_000,
    ...options,
  });
  return { stand, asked, renewed, rest, [Symbol.asyncDispose]: () => stand[Symbol.asyncDispose]() };
}

const kindOf = (error: unknown): string => (error instanceof Fault ? error.kind : String(error));

describe('a REST client', () => {
  it('sends method, path, query, body and credentials, and reads JSON', async () => {
    await using service = await served([{ status: 201, headers: { 'x-next': '2' }, body: { id: 7 } }]);

    const answer = await service.rest({
      method: 'POST',
      path: '/servers',
      query: { label: 'a=b&c', page: 2, all: true, none: undefined },
      body: { name: 'web-1' },
      headers: { 'x-token': 'abc' },
    });

    const [request] = service.asked;
    expect([answer.status, answer.headers.get('x-next'), answer.body]).toEqual([201, '2', { id: 7 }]);
    expect([request?.url.pathname, request?.url.search]).toEqual(['/v1/servers', '?label=a%3Db%26c&page=2&all=true']);
    expect(request?.body).toBe('{"name":"web-1"}');
    expect(request?.headers).toMatchObject({
      ...{ accept: 'application/json', 'content-type': 'application/json' },
      ...{ authorization: 'Bearer old', 'x-token': 'abc' },
    });
  });

  it('takes a whole URL as it is', async () => {
    await using service = await served([{ status: 200 }]);

    await service.rest({ method: 'GET', path: `${service.stand.url}/elsewhere?page=2` });

    expect(service.stand.calls).toEqual(['GET /elsewhere']);
  });

  it.each([
    [{ status: 204 }, undefined],
    [{ status: 200, body: 'no JSON' }, undefined],
    [{ status: 202, body: [] }, []],
  ])('of the answer %j reads the body %j', async (answer, body) => {
    await using service = await served([answer]);

    expect((await service.rest({ method: 'GET', path: '/x' })).body).toEqual(body);
  });

  it('asks again after "too many requests", a plain POST too', async () => {
    await using service = await served([
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 429 },
      { status: 201 },
    ]);

    const { status } = await service.rest({ method: 'POST', path: '/servers' });

    expect([status, service.stand.calls.length]).toEqual([201, 3]);
  });

  it.each([
    ['GET', {}, 2],
    ['PUT', {}, 2],
    ['DELETE', {}, 2],
    ['POST', {}, 1],
    ['PATCH', {}, 1],
    ['POST', { repeatable: true }, 2],
    ['PATCH', { repeatable: true }, 2],
    ['DELETE', { repeatable: false }, 1],
  ] as const)('after a lost answer sends a %s with %j so many times: %i', async (method, more, times) => {
    await using service = await served([{ status: 200 }]);
    service.stand.intervene = ({ index }) => (index === 0 ? 'drop after' : undefined);

    await service
      .rest({ method, path: '/x', ...more })
      .catch((error: unknown) => expect(kindOf(error)).toBe('unavailable'));

    expect(service.asked.length).toBe(times);
  });

  it('asks again when the provider fails', async () => {
    await using service = await served([
      { status: 503, headers: { 'retry-after': '0' } },
      { status: 500 },
      { status: 200 },
    ]);

    await service.rest({ method: 'GET', path: '/x' });

    expect(service.asked.length).toBe(3);
  });

  it('gives up at its limit with what the provider said last', async () => {
    await using service = await served([{ status: 503, body: { error: 'maintenance' } }], { withinMs: 30 });

    const failure = await failureOf(service.rest({ method: 'GET', path: '/x' }));

    expect([kindOf(failure), failure.message]).toEqual(['unavailable', '{"error":"maintenance"}']);
    expect(service.asked.length).toBeGreaterThan(1);
  });

  it('gives up at once when it shall wait beyond its limit', async () => {
    await using service = await served([{ status: 429, headers: { 'retry-after': '60' } }]);

    const failure = await failureOf(service.rest({ method: 'GET', path: '/x' }));

    expect([kindOf(failure), service.asked.length]).toEqual(['throttled', 1]);
  });

  it('renews refused credentials once', async () => {
    await using service = await served([{ status: 401 }]);

    const failure = await failureOf(service.rest({ method: 'GET', path: '/x' }));

    expect([kindOf(failure), service.renewed]).toEqual(['credentials', [false, true]]);
  });

  it('renews credentials once, and not for every attempt thereafter', async () => {
    await using service = await served([{ status: 401 }, { status: 500 }, { status: 200 }]);

    await service.rest({ method: 'GET', path: '/x' });

    expect(service.renewed).toEqual([false, true, false]);
  });

  it('does not renew what lacks rights', async () => {
    await using service = await served([{ status: 403 }]);

    await failureOf(service.rest({ method: 'GET', path: '/x' }));

    expect(service.renewed).toEqual([false]);
  });

  it('follows no redirect, which would take the credentials along', async () => {
    await using service = await served([{ status: 302, headers: { location: '/elsewhere' } }]);

    const failure = await failureOf(service.rest({ method: 'GET', path: '/x' }));

    expect([kindOf(failure), service.stand.calls]).toEqual(['other', ['GET /v1/x']]);
  });

  it('says which host does not answer', async () => {
    await using service = await served([]);
    const { host } = new URL(service.stand.url);
    await service.stand[Symbol.asyncDispose]();

    const failure = await failureOf(service.rest({ method: 'POST', path: '/x' }));

    expect(failure.message).toBe(`${host}: fetch failed: connect ECONNREFUSED ${host}`);
  });

  it('ends one request at its own limit', async () => {
    await using service = await served([], { requestMs: 20 });
    service.stand.intervene = () => new Promise((resolve) => setTimeout(resolve, 40, undefined));

    const failure = await failureOf(service.rest({ method: 'POST', path: '/x' }));

    expect([kindOf(failure), failure.message]).toEqual([
      'unavailable',
      `${new URL(service.stand.url).host}: The operation was aborted due to timeout`,
    ]);
  });

  it.each(['while it is asked', 'while it waits'])('ends as interrupted %s', async (when) => {
    const interrupt = new AbortController();
    await using service = await served([{ status: 503, headers: { 'retry-after': '1' } }], {
      signal: interrupt.signal,
    });
    service.stand.intervene = () => (when === 'while it is asked' ? void interrupt.abort() : undefined);

    const asking = failureOf(service.rest({ method: 'GET', path: '/x' }));
    setTimeout(() => interrupt.abort(), 10);

    expect(told(await asking)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
  });
});

describe('a status', () => {
  it.each([
    [400, 'input'],
    [401, 'credentials'],
    [403, 'credentials'],
    [404, 'notFound'],
    [409, 'conflict'],
    [410, 'notFound'],
    [418, 'other'],
    [422, 'input'],
    [423, 'conflict'],
    [429, 'throttled'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('of %i says %s', (status, kind) => {
    const fault = statusFault({ status, headers: new Headers(), body: undefined, text: 'words' });

    expect([fault.kind, fault.code, fault.message]).toEqual([kind, `HTTP ${status}`, 'words']);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('Fri, 20 Nov 2026 10:00:00 GMT');

  it.each([
    [null, undefined],
    ['3', 3_000],
    [' 1.5 ', 1_500],
    ['0', 0],
    ['100000', 300_000],
    ['Fri, 20 Nov 2026 10:00:07 GMT', 7_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
  ])('of %j is %j ms', (value, ms) => {
    expect(retryAfter(value, now)).toBe(ms);
  });
});

describe('an endpoint', () => {
  it.each([
    ['https://api.example.com/', 'https://api.example.com'],
    ['http://127.0.0.1:80/v1//', 'http://127.0.0.1:80/v1'],
  ])('%s is %s', (text, url) => {
    expect(endpointUrl(text, 'hetzner-endpoint')).toBe(url);
  });

  it.each(['api.example.com', 'ftp://example.com', 'https://', 'https://a b', ''])('"%s" is refused', async (text) => {
    expect(told(await failureOf(() => endpointUrl(text, 'hetzner-endpoint')))).toEqual({
      code: 'BadOption',
      message: `option --hetzner-endpoint wants an http or https URL, got "${text}"`,
      exitCode: 2,
    });
  });
});
