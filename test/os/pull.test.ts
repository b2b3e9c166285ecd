import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Image } from '../../src/os/contract.js';
import { listImages } from '../../src/os/images.js';
import { pullImage, type PullWish } from '../../src/os/pull.js';
import { parsePublicKey, publicKeyText, sign, type SigningKey } from '../../src/os/signing-key.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder, type TestFolder } from '../helpers/folder.js';
import { recordingReporter } from '../helpers/reporter.js';
import { until } from '../helpers/until.js';
import { downloads } from '../provision/support/downloads.js';

const NAME = 'debian12-amd64-0123456789';
const ROOT = 'root '.repeat(40_000);
const FILES: Readonly<Record<string, string>> = {
  kernel: 'the kernel',
  initramfs: 'the initramfs',
  'root.squashfs': ROOT,
};
const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const MANIFEST = JSON.stringify({
  ...{ format: 1, name: NAME, arch: 'amd64', kernel: '6.1.0-56-cloud-amd64', engine: '20.10.24', epoch: 1_780_000_000 },
  files: Object.fromEntries(
    Object.entries(FILES).map(([name, text]) => [name, { sha256: sumOf(text), bytes: text.length }]),
  ),
  inputs: { suite: 'bookworm', packages: {}, recipe: 'b'.repeat(64) },
});

let folder: TestFolder;
let place: string;
beforeEach(() => {
  folder = testFolder();
  place = join(folder.path, 'os');
});
afterEach(() => folder[Symbol.dispose]());

type Answer = (request: IncomingMessage, response: ServerResponse, text: string) => void;

/** Answers of a server that has the image; `special` by the name of a file. */
function serving(special: Readonly<Record<string, Answer>> = {}) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const name = request.url?.split('/').at(-1) ?? '';
    const text = name === 'manifest.json' ? MANIFEST : FILES[name];
    const answer = special[name];
    if (answer) answer(request, response, text ?? '');
    else if (text === undefined) response.writeHead(404).end();
    else ranged(request, response, text);
  };
}

const ranged: Answer = (request, response, text) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200).end(text.slice(start));
};

function pull(url: string, wish: Partial<PullWish> = {}): Promise<Image> {
  return pullImage({
    ...{ url: `${url}/${NAME}/`, sha256: sumOf(MANIFEST), key: undefined, place },
    ...{ report: recordingReporter(), signal: new AbortController().signal },
    ...wish,
  });
}

const textOf = (name: string): string => readFileSync(join(place, NAME, name), 'utf8');

describe('an image that is downloaded', () => {
  it('is there whole, with the signature where the server has one', async () => {
    await using server = await downloads(serving({ 'manifest.sig': (_request, response) => response.end('c2ln\n') }));

    const image = await pull(server.url);

    expect(image.manifest.name).toBe(NAME);
    expect(Object.keys(FILES).map(textOf)).toEqual(Object.values(FILES));
    expect([textOf('manifest.json'), textOf('manifest.sig')]).toEqual([MANIFEST, 'c2ln\n']);
    expect(readdirSync(place)).toEqual([NAME]);
  });

  it('is not downloaded again while it is whole, and is when it is not', async () => {
    await using server = await downloads(serving());
    await pull(server.url);
    const before = server.asked.length;

    await pull(server.url);
    const again = server.asked.slice(before);
    writeFileSync(join(place, NAME, 'kernel'), 'changed');
    await pull(server.url);

    expect(again).toEqual([`/${NAME}/manifest.json`]);
    expect(textOf('kernel')).toBe('the kernel');
  });

  it('goes on where the line broke', async () => {
    const ranges: (string | undefined)[] = [];
    await using server = await downloads(
      serving({
        'root.squashfs': (request, response, text) => {
          ranges.push(request.headers.range);
          if (ranges.length > 1) return ranged(request, response, text);
          response.writeHead(200, { 'content-length': text.length });
          response.write(text.slice(0, 50_000));
          void until(() => bytesOfRoot() > 0).then(() => response.destroy());
        },
      }),
    );

    await pull(server.url);

    expect(textOf('root.squashfs')).toBe(ROOT);
    expect(ranges).toHaveLength(2);
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('goes on where an earlier call ended, though that was killed', async () => {
    leave(`${NAME}.999999999.0123abcd.part`, ROOT.slice(0, 1_000));
    const ranges: (string | undefined)[] = [];
    await using server = await downloads(
      serving({
        'root.squashfs': (request, response, text) => {
          ranges.push(request.headers.range);
          ranged(request, response, text);
        },
      }),
    );

    await pull(server.url);

    expect(ranges).toEqual(['bytes=1000-']);
    expect(readdirSync(place)).toEqual([NAME]);
  });

  it('is fetched anew where what an earlier call left is of another image', async () => {
    leave(`${NAME}.part`, 'x'.repeat(1_000));
    await using server = await downloads(serving());

    await pull(server.url);

    expect(textOf('root.squashfs')).toBe(ROOT);
  });

  it('starts over with a server that knows no ranges', async () => {
    leave(`${NAME}.part`, ROOT.slice(0, 1_000));
    await using server = await downloads(
      serving({ 'root.squashfs': (_request, response, text) => response.end(text) }),
    );

    await pull(server.url);

    expect(textOf('root.squashfs')).toBe(ROOT);
  });

  it('is the same for two who want it at once', async () => {
    await using server = await downloads(serving());

    const images = await Promise.all([pull(server.url), pull(server.url)]);

    expect(images.map((image) => image.folder)).toEqual([join(place, NAME), join(place, NAME)]);
    expect(readdirSync(place)).toEqual([NAME]);
  });

  it('is in no list before it is whole, and its beginning is kept', async () => {
    await using server = await downloads(
      serving({ 'root.squashfs': (_request, response) => response.writeHead(503).end() }),
    );

    const failure = await failureOf(pull(server.url));

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'cannot download an image of the OS',
      exitCode: 3,
    });
    expect(failure.cause).toEqual(new Error('HTTP status 503'));
    expect(await listImages([place])).toEqual([]);
    expect(readdirSync(place)).toEqual([`${NAME}.part`]);
  });

  it('can be interrupted', async () => {
    const interrupt = new AbortController();
    await using server = await downloads(
      serving({
        'root.squashfs': (_request, response, text) => {
          response.write(text.slice(0, 100));
          interrupt.abort();
        },
      }),
    );

    const failure = await failureOf(pull(server.url, { signal: interrupt.signal }));

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
  });
});

describe('an image that has to be signed', () => {
  const pair = generateKeyPairSync('ed25519');
  const signed = sign(MANIFEST, { private: pair.privateKey, public: pair.publicKey });
  const key = parsePublicKey(publicKeyText(pair.publicKey));
  const answering = (text: string) => serving({ 'manifest.sig': (_request, response) => response.end(text) });

  it('is downloaded when the key that was given has signed it, by plain http and without a checksum', async () => {
    await using server = await downloads(answering(signed));

    const image = await pull(server.url, { key, sha256: undefined });

    expect(image.manifest.name).toBe(NAME);
    expect(textOf('manifest.sig')).toBe(signed);
  });

  it.each([
    ['nobody', serving(), 'the image at the URL has no signature'],
    [
      'words that are no signature',
      answering('c2ln\n'),
      'the image at the URL is not signed by the key that was given',
    ],
    ['another key', answering(sign(MANIFEST, other())), 'the image at the URL is not signed by the key that was given'],
    [
      'the key, when it was another one',
      answering(sign(`${MANIFEST} `, { private: pair.privateKey, public: pair.publicKey })),
      'the image at the URL is not signed by the key that was given',
    ],
  ])('is refused and leaves nothing when it is signed by %s', async (_who, answer, message) => {
    await using server = await downloads(answer);

    const failure = await failureOf(pull(server.url, { key }));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message, exitCode: 3 });
    expect(server.asked).toEqual([`/${NAME}/manifest.json`, `/${NAME}/manifest.sig`]);
    expect(existsSync(place)).toBe(false);
  });

  it('takes the place of one of its name that nobody has vouched for', async () => {
    await using server = await downloads(answering(signed));
    await pull(server.url, { key });
    const forged = JSON.stringify({
      ...(JSON.parse(MANIFEST) as { files: object }),
      files: { ...(JSON.parse(MANIFEST) as { files: object }).files, kernel: { sha256: sumOf('evil'), bytes: 4 } },
    });
    writeFileSync(join(place, NAME, 'kernel'), 'evil');
    writeFileSync(join(place, NAME, 'manifest.json'), forged);

    await pull(server.url, { key });

    expect([textOf('kernel'), textOf('manifest.json')]).toEqual(['the kernel', MANIFEST]);
  });

  it('is refused with a key that signs no images', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
    const texts = ['frob', rsa.toString(), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()];

    const failures = await Promise.all(texts.map(async (text) => told(await failureOf(() => parsePublicKey(text)))));

    expect(failures).toEqual(
      texts.map(() => ({
        code: 'KeyUnusable',
        message: 'a key that images are signed by is ed25519, as PEM or as 32 bytes in base64',
        exitCode: 2,
      })),
    );
  });

  it('may have its key as PEM', () => {
    const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();

    expect(publicKeyText(parsePublicKey(pem))).toBe(publicKeyText(pair.publicKey));
  });

  function other(): SigningKey {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return { private: privateKey, public: publicKey };
  }
});

describe('a boot loader', () => {
  it('is downloaded with the image that has one', async () => {
    const loader = 'the loader';
    const facts = JSON.parse(MANIFEST) as { files: object };
    const text = JSON.stringify({
      ...facts,
      files: { ...facts.files, 'loader.tar.gz': { sha256: sumOf(loader), bytes: loader.length } },
    });
    await using server = await downloads(
      serving({
        'manifest.json': (_request, response) => response.end(text),
        'loader.tar.gz': (_request, response) => response.end(loader),
      }),
    );

    await pull(server.url, { sha256: sumOf(text) });

    expect(textOf('loader.tar.gz')).toBe(loader);
  });
});

describe('a server that gives something else', () => {
  it.each([
    ['another file of the same length', ROOT.replace('r', 'R')],
    ['more than the manifest says', `${ROOT}more`],
    ['less than the manifest says', ROOT.slice(0, -4)],
  ])('is told of: %s', async (_what, text) => {
    await using server = await downloads(serving({ 'root.squashfs': (_request, response) => response.end(text) }));

    const failure = await failureOf(pull(server.url));

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'what the server has is not what the manifest says',
      exitCode: 3,
    });
    expect(await listImages([place])).toEqual([]);
  });

  it('is told of when its manifest is another one', async () => {
    await using server = await downloads(serving());

    const failure = await failureOf(pull(server.url, { sha256: 'A'.repeat(64) }));

    expect(failure.message).toBe(`the image at the URL is another one: its manifest's sha256 is "${sumOf(MANIFEST)}"`);
    expect(server.asked).toEqual([`/${NAME}/manifest.json`]);
  });

  it.each([
    ['a name of another folder', { name: '../up' }],
    ['words for a terminal', { kernel: '\u001b[2J' }],
    ['a file without a checksum', { files: { kernel: {} } }],
    ['a processor that is none', { arch: 'm68k' }],
  ])('has no manifest where that has %s', async (_what, change) => {
    const text = JSON.stringify({ ...(JSON.parse(MANIFEST) as object), ...change });
    await using server = await downloads(serving({ 'manifest.json': (_request, response) => response.end(text) }));

    const failure = await failureOf(pull(server.url, { sha256: sumOf(text) }));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `no manifest of an image of the OS: "${server.url}/${NAME}/manifest.json"`,
      exitCode: 2,
    });
  });
});

describe('what is asked for', () => {
  it.each([
    ['ftp://example.com/os', undefined, 'an image is downloaded from an http or https URL, got "ftp://example.com/os"'],
    [
      'https://example.com/os?x',
      undefined,
      'an image is downloaded from an http or https URL, got "https://example.com/os?x"',
    ],
    ['https://example.com/os', 'abc', 'a sha256 has 64 hexadecimal digits, got "abc"'],
    [
      'http://example.com/os',
      undefined,
      'an image that comes by plain http needs the sha256 of its manifest, or a key',
    ],
  ])('cannot be %s with the sum %s', async (url, sha256, message) => {
    const failure = await failureOf(pull('', { url, sha256 }));

    expect(told(failure)).toEqual({ code: 'BadOption', message, exitCode: 2 });
  });
});

/** How much of the root an unfinished download has. */
function bytesOfRoot(): number {
  const [part = ''] = readdirSync(place);
  const path = join(place, part, 'root.squashfs');
  return existsSync(path) ? statSync(path).size : 0;
}

/** An unfinished download with so much of its root. */
function leave(name: string, root: string): void {
  const part = join(folder.path, 'left');
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, 'kernel'), 'the kernel');
  writeFileSync(join(part, 'root.squashfs'), root);
  mkdirSync(place, { recursive: true });
  renameSync(part, join(place, name));
}
