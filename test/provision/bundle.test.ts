import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { bundleFile, type BundleRequest } from '../../src/provision/bundle.js';
import type { EngineOptions } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { downloads } from './support/downloads.js';
import { engine } from './support/hosts.js';

const request = (
  { url, folder }: { readonly url: string; readonly folder: string },
  changes: Partial<EngineOptions> = {},
  signal = new AbortController().signal,
): BundleRequest => ({
  engine: engine(changes),
  arch: 'x86_64',
  repositoryUrl: url,
  cacheFolder: join(folder, 'cache'),
  signal,
});

/** What lies in the cache, half files included. */
const cached = (folder: string): string[] => {
  const path = join(folder, 'cache/bundles/x86_64');
  return existsSync(path) ? readdirSync(path) : [];
};

const BUNDLE = 'bundle '.repeat(100_000);
const whole: RequestListener = (_request, response) => response.end(BUNDLE);

describe('a static bundle', () => {
  it('is downloaded once, and found in the cache from then on', async () => {
    await using server = await downloads(whole);
    using folder = testFolder();
    const wish = request({ url: server.url, folder: folder.path });

    const paths = [await bundleFile(wish), await bundleFile(wish)];

    expect(paths[0]).toBe(paths[1]);
    expect(readFileSync(paths[0] ?? '', 'utf8')).toBe(BUNDLE);
    expect(server.asked).toEqual(['/linux/static/stable/x86_64/docker-28.2.2.tgz']);
    expect(cached(folder.path)).toEqual([expect.stringMatching(/^[0-9a-f]{12}-docker-28\.2\.2\.tgz$/)]);
  });

  it('arrives whole where several machines want it at once', async () => {
    await using server = await downloads(whole);
    using folder = testFolder();
    const wish = request({ url: server.url, folder: folder.path });

    const paths = await Promise.all([1, 2, 3].map(() => bundleFile(wish)));

    expect(new Set(paths).size).toBe(1);
    expect(readFileSync(paths[0] ?? '', 'utf8')).toBe(BUNDLE);
    expect(cached(folder.path)).toHaveLength(1);
  });

  it.each([
    { version: '', asked: 'docker-28.2.2.tgz' },
    { version: '28', asked: 'docker-28.2.2.tgz' },
    { version: '28.2', asked: 'docker-28.2.2.tgz' },
    { version: '27.5.1', asked: 'docker-27.5.1.tgz' },
  ])('is of the version that is asked for: $version', async ({ version, asked }) => {
    await using server = await downloads(whole);
    using folder = testFolder();

    await bundleFile(request({ url: server.url, folder: folder.path }, { version }));

    expect(server.asked).toEqual([`/linux/static/stable/x86_64/${asked}`]);
  });

  it.each(['27', '28.2.', '2', '../../x'])('is of no version that it would have to guess: %s', async (version) => {
    using folder = testFolder();

    const failure = await failureOf(
      bundleFile(request({ url: 'http://127.0.0.1:1', folder: folder.path }, { version })),
    );

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `a static bundle needs a whole version, got "${version}"`,
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['Name it whole: --engine-version 28.2.2']);
  });

  it('comes from where the user says, two of the same name side by side', async () => {
    await using server = await downloads((asked, response) => response.end(asked.url));
    using folder = testFolder();
    const from = (path: string): Promise<string> =>
      bundleFile(request({ url: 'http://127.0.0.1:1', folder: folder.path }, { bundle: `${server.url}${path}` }));

    const paths = [await from('/a/docker.tgz'), await from('/b/docker.tgz')];

    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['/a/docker.tgz', '/b/docker.tgz']);
  });

  it('may be a file of the user', async () => {
    using folder = testFolder();
    const path = join(folder.path, 'mine.tgz');
    writeFileSync(path, BUNDLE);

    expect(await bundleFile(request({ url: '', folder: folder.path }, { bundle: path }))).toBe(path);
  });

  it('is refused when that file does not exist', async () => {
    using folder = testFolder();

    const failure = await failureOf(bundleFile(request({ url: '', folder: folder.path }, { bundle: '/no/such.tgz' })));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'option --engine-bundle names a file that does not exist: "/no/such.tgz"',
      exitCode: 2,
    });
  });
});

describe('a download that fails', () => {
  it.each<{ title: string; answer: RequestListener; cause: string }>([
    {
      title: 'is not there',
      answer: (_request, response) => response.writeHead(404).end('no'),
      cause: 'HTTP status 404',
    },
    {
      title: 'is cut half-way',
      answer: (_request, response) => {
        response.writeHead(200, { 'content-length': BUNDLE.length });
        response.write(BUNDLE.slice(0, 50_000), () => response.destroy());
      },
      cause: 'terminated',
    },
  ])('says why and leaves nothing behind: it $title', async ({ answer, cause }) => {
    await using server = await downloads(answer);
    using folder = testFolder();

    const failure = await failureOf(bundleFile(request({ url: server.url, folder: folder.path })));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: `cannot download the engine from ${server.url}/linux/static/stable/x86_64/docker-28.2.2.tgz`,
      exitCode: 4,
    });
    expect((failure.cause as Error).message).toBe(cause);
    expect(failure.suggestions).toEqual(['Name a local file: --engine-bundle docker-28.2.2.tgz']);
    expect(cached(folder.path)).toEqual([]);
  });

  it('leaves nothing behind however soon it is cut', async () => {
    await using server = await downloads((_request, response) => {
      response.writeHead(200, { 'content-length': BUNDLE.length }).flushHeaders();
      setImmediate(() => response.destroy());
    });
    using folder = testFolder();
    const wanted = request({ url: server.url, folder: folder.path });

    for (let round = 0; round < 5; round += 1)
      await Promise.all(Array.from({ length: 20 }, () => failureOf(bundleFile(wanted))));

    expect(cached(folder.path)).toEqual([]);
  });

  it.each(['before it began', 'half-way'])('leaves nothing behind when it is interrupted: %s', async (when) => {
    const stop = new AbortController();
    await using server = await downloads((_request, response) => {
      response.writeHead(200, { 'content-length': BUNDLE.length });
      response.write(BUNDLE.slice(0, 50_000), () => stop.abort());
    });
    using folder = testFolder();
    if (when === 'before it began') stop.abort();

    const failure = await failureOf(bundleFile(request({ url: server.url, folder: folder.path }, {}, stop.signal)));

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
    expect(cached(folder.path)).toEqual([]);
  });

  it('is refused when its address is none', async () => {
    using folder = testFolder();

    const failure = await failureOf(bundleFile(request({ url: '', folder: folder.path }, { bundle: 'http://' })));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: 'cannot download the engine from http://',
      exitCode: 4,
    });
  });
});
