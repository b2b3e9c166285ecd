import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newerBundle, type BundleUpgrade } from '../../src/provision/upgrade-bundle.js';
import type { EngineOptions } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { downloads, type Downloads } from './support/downloads.js';
import { engine, facts } from './support/hosts.js';

const LIST = `<a href="../">../</a><a href="docker-27.5.1.tgz">docker-27.5.1.tgz</a>
<a href="docker-28.10.0.tgz">docker-28.10.0.tgz</a><a href="docker-28.9.1.tgz">docker-28.9.1.tgz</a>
<a href="docker-rootless-extras-29.0.0.tgz">docker-rootless-extras-29.0.0.tgz</a>`;
const listing = (): Promise<Downloads> =>
  downloads(({ url = '' }, response) => response.end(url.endsWith('/') ? LIST : 'a bundle'));

interface Asked {
  readonly folder: string;
  readonly url?: string;
  readonly present?: string;
  readonly digest?: string;
  readonly engine?: Partial<EngineOptions>;
}

const upgrade = ({
  folder,
  url = 'http://127.0.0.1:1',
  present = '28.9.1',
  digest = '',
  ...more
}: Asked): BundleUpgrade => ({
  facts: facts({ engine: { ...facts().engine, path: '/usr/local/bin/dockerd', version: present, bundle: digest } }),
  engine: engine({ source: 'bundle', ...more.engine }),
  machineName: 'web-1',
  repositoryUrl: url,
  cacheFolder: join(folder, 'cache'),
  signal: new AbortController().signal,
});

describe('what an engine from a static bundle is upgraded to', () => {
  it.each([
    { wanted: '', present: '28.9.1', asked: '28.10.0' },
    { wanted: '28', present: '28.9.1', asked: '28.10.0' },
    { wanted: '27', present: '28.9.1', asked: '27.5.1' },
    { wanted: '28.3.0', present: '28.9.1', asked: '28.3.0' },
    { wanted: '', present: '28.10.0', asked: undefined },
    { wanted: '', present: '29.0.1', asked: undefined },
    { wanted: '28', present: '28.10.0+dfsg1', asked: undefined },
    { wanted: '28.9.1', present: '28.9.1', asked: undefined },
  ])(
    'is the newest of Docker\'s that it may be: "$wanted" of $present is $asked',
    async ({ wanted, present, asked }) => {
      await using server = await listing();
      using folder = testFolder();

      const path = await newerBundle(
        upgrade({ folder: folder.path, url: server.url, present, engine: { version: wanted } }),
      );

      expect(path?.replace(/^.*\/[0-9a-f]{12}-/, '')).toBe(asked === undefined ? undefined : `docker-${asked}.tgz`);
    },
  );

  it.each([
    { present: '20.10.24', asked: 'docker-28.2.2.tgz' },
    { present: '28.2.2', asked: undefined },
    { present: '29.1.0', asked: undefined },
  ])('is the version berth knows, never an older one, where there is no list: from $present', async (row) => {
    await using server = await downloads(({ url = '' }, response) =>
      url.endsWith('/') ? response.writeHead(403).end() : response.end('a bundle'),
    );
    using folder = testFolder();

    const path = await newerBundle(upgrade({ folder: folder.path, url: server.url, present: row.present }));

    expect(path?.replace(/^.*\/[0-9a-f]{12}-/, '')).toBe(row.asked);
  });

  it('is refused where there is no bundle of that version', async () => {
    await using server = await listing();
    using folder = testFolder();

    const failure = await failureOf(
      newerBundle(upgrade({ folder: folder.path, url: server.url, engine: { version: '26' } })),
    );

    expect(told(failure)).toEqual({
      ...{ code: 'BadOption', message: 'there is no static bundle of engine "26"', exitCode: 2 },
    });
  });

  it("is the user's own file, unless the host has it already", async () => {
    using folder = testFolder();
    const bundle = join(folder.path, 'mine.tgz');
    writeFileSync(bundle, 'mine');
    const digest = createHash('sha256').update('mine').digest('hex');
    const of = (has: string): Promise<string | undefined> =>
      newerBundle(upgrade({ folder: folder.path, digest: has, engine: { bundle } }));

    expect([await of(''), await of('0'.repeat(64)), await of(digest)]).toEqual([bundle, bundle, undefined]);
  });

  it('is not the bundle that is there where another version is asked for', async () => {
    using folder = testFolder();
    const bundle = join(folder.path, 'mine.tgz');
    writeFileSync(bundle, 'mine');
    const digest = createHash('sha256').update('mine').digest('hex');

    const failure = await failureOf(
      newerBundle(upgrade({ folder: folder.path, digest, engine: { bundle, version: '29' } })),
    );

    expect(told(failure)).toEqual({
      ...{ code: 'BadOption', message: 'the bundle of web-1 holds engine 28.9.1, "29" is wanted', exitCode: 2 },
    });
  });

  it('is what a URL of the user leads to now', async () => {
    let content = 'first';
    await using server = await downloads((_request, response) => response.end(content));
    using folder = testFolder();
    const of = (): Promise<string | undefined> =>
      newerBundle(upgrade({ folder: folder.path, engine: { bundle: `${server.url}/docker.tgz` } }));
    await of();
    content = 'second';

    expect(readFileSync((await of()) ?? '', 'utf8')).toBe('second');
  });

  it('is not fetched from a URL again that says it has not changed', async () => {
    const modified = 'Sat, 21 Nov 2026 10:00:00 GMT';
    const since: (string | undefined)[] = [];
    await using server = await downloads(({ headers }, response) => {
      since.push(headers['if-modified-since']);
      if (headers['if-modified-since'] === modified) response.writeHead(304).end();
      else response.setHeader('last-modified', modified).end('a bundle');
    });
    using folder = testFolder();
    const of = (): Promise<string | undefined> =>
      newerBundle(upgrade({ folder: folder.path, engine: { bundle: `${server.url}/docker.tgz` } }));
    await of();

    expect(readFileSync((await of()) ?? '', 'utf8')).toBe('a bundle');
    expect(since).toEqual([undefined, modified]);
  });
});
