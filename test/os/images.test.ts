import { beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { appendFile, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_FILES, MANIFEST, SIGNATURE, type Image } from '../../src/os/contract.js';
import { findImage, listImages, readImage, removeImage } from '../../src/os/images.js';
import { inspectImage } from '../../src/os/inspect.js';
import { inputsName, manifestText, type Inputs } from '../../src/os/manifest.js';
import { sign, signingKey } from '../../src/os/signing-key.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder, type TestFolder } from '../helpers/folder.js';
import { INPUTS, writeImage } from './support/image.js';

let folder: TestFolder;
let store: string;
beforeEach(() => {
  folder = testFolder();
  store = join(folder.path, 'store');
});
afterEach(() => folder[Symbol.dispose]());

/** An image as a build leaves it. */
async function image(inputs: Inputs, addedAt = 1): Promise<Image> {
  const place = join(folder.path, inputsName(inputs));
  const files = Object.fromEntries(IMAGE_FILES.map((name) => [name, `bytes of ${name}`]));
  const { manifest } = await writeImage(place, { inputs, files });
  await writeFile(join(place, SIGNATURE), sign(manifestText(manifest), await signingKey(store)));
  await utimes(join(place, MANIFEST), addedAt, addedAt);
  return readImage(place);
}

describe('an image', () => {
  it('is named by what it was made of, whatever the order', () => {
    const turned = Object.fromEntries(Object.entries(INPUTS.packages).reverse());

    const names = [INPUTS, { ...INPUTS, packages: turned }, { ...INPUTS, recipe: 'cd' }].map(inputsName);

    expect(names[0]).toMatch(/^debian12-amd64-[0-9a-f]{10}$/);
    expect(names[1]).toBe(names[0]);
    expect(names[2]).not.toBe(names[0]);
  });

  it('is described by its manifest, the engine without what Debian adds', async () => {
    const { manifest } = await image(INPUTS);

    expect(manifest).toEqual({
      format: 1,
      name: inputsName(INPUTS),
      arch: 'amd64',
      kernel: '6.1.0-56-cloud-amd64',
      engine: '20.10.24',
      epoch: 1_780_000_000,
      files: {
        kernel: { bytes: 15, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        initramfs: { bytes: 18, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        'root.squashfs': { bytes: 22, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
      inputs: { suite: 'bookworm', packages: INPUTS.packages, recipe: INPUTS.recipe },
    });
  });

  it('is whole and signed by the store that built it', async () => {
    expect(await inspectImage(await image(INPUTS), store)).toEqual({ changed: [], signed: 'by this store' });
  });

  it('tells which file was changed', async () => {
    const built = await image(INPUTS);
    await appendFile(join(built.folder, 'initramfs'), '.');

    expect(await inspectImage(built, store)).toEqual({ changed: ['initramfs'], signed: 'by this store' });
  });

  it('tells of another signer, and of a manifest that was changed after it was signed', async () => {
    const built = await image(INPUTS);

    const elsewhere = await inspectImage(built, join(folder.path, 'other-store'));
    await appendFile(join(built.folder, MANIFEST), '\n');
    const changed = await inspectImage(built, store);

    expect([elsewhere.signed, changed.signed]).toEqual(['by somebody else', 'by somebody else']);
  });

  it('is found by the first digits of its name when only one begins so', async () => {
    const one = await image(INPUTS, 1);
    const other = await image({ ...INPUTS, arch: 'arm64' }, 2);

    const names = (await listImages([folder.path])).map(({ manifest }) => manifest.name);
    const found = await findImage([folder.path], 'debian12-arm');
    const failures = await Promise.all(
      ['debian12', 'frob'].map(async (name) => told(await failureOf(() => findImage([folder.path], name)))),
    );

    expect(names).toEqual([other.manifest.name, one.manifest.name]);
    expect(found.manifest.arch).toBe('arm64');
    expect(failures).toEqual([
      {
        code: 'BadOption',
        message: 'several images of the OS are called "debian12"',
        exitCode: 2,
      },
      {
        code: 'BadOption',
        message: 'there is no image of the OS "frob"',
        exitCode: 2,
      },
    ]);
  });

  it('that is removed is gone from the list and from the disk', async () => {
    const built = await image(INPUTS);

    await removeImage(built);

    expect(await listImages([folder.path, '/nowhere'])).toEqual([]);
    expect(existsSync(built.folder)).toBe(false);
  });

  it('without a manifest that can be read is none', async () => {
    const built = await image(INPUTS);
    await writeFile(join(built.folder, MANIFEST), '{"format":1}');

    const failure = told(await failureOf(() => readImage(built.folder)));

    expect(await listImages([folder.path])).toEqual([]);
    expect(failure.message).toBe(`no manifest of an image of the OS: "${join(built.folder, MANIFEST)}"`);
  });
});

describe("the store's key", () => {
  it('is made once, for its owner only, and is the same for all who ask at once', async () => {
    const keys = await Promise.all([signingKey(store), signingKey(store), signingKey(store)]);

    const path = join(store, 'os', 'signing-key.pem');
    expect(new Set(keys.map((key) => key.public.export({ type: 'spki', format: 'pem' }))).size).toBe(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toContain('BEGIN PRIVATE KEY');
  });
});
