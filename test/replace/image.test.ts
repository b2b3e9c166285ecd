import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOADER, type Image } from '../../src/os/contract.js';
import { imageFor } from '../../src/replace/image.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder, type TestFolder } from '../helpers/folder.js';
import { writeImage } from '../os/support/image.js';

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => folder[Symbol.dispose]());

const WITH_LOADER = { [LOADER]: 'a loader' };
/** Of a processor that no computer of ours has: only the images of the test are there. */
const anImage = (name: string, files: Readonly<Record<string, string>> = WITH_LOADER): Promise<Image> =>
  writeImage(join(folder.path, 'os', name), { inputs: { arch: 'arm64', recipe: name }, files });

describe('the image for a server', () => {
  it('is one for its processor that boots a disk by itself', async () => {
    const image = await anImage('whole');
    await anImage('old', {});
    await writeImage(join(folder.path, 'os/other'), { files: WITH_LOADER });

    const found = await imageFor('aarch64', undefined, folder.path);

    expect(found.manifest.name).toBe(image.manifest.name);
  });

  it('is refused where there is none, or none for its processor', async () => {
    const failures = await Promise.all(
      ['aarch64', 'riscv64'].map(async (arch) => told(await failureOf(imageFor(arch, undefined, folder.path)))),
    );

    expect(failures).toEqual([
      { code: 'CheckFailed', message: 'there is no image of the OS for arm64 with a boot loader here', exitCode: 3 },
      {
        code: 'UnsupportedHost',
        message: 'the OS is made for amd64 and arm64, and this server is of "riscv64"',
        exitCode: 4,
      },
    ]);
  });

  it('is refused when it is named and does not fit, has no boot loader, or is not whole', async () => {
    const [whole, old, changed] = [await anImage('whole'), await anImage('old', {}), await anImage('changed')];
    await appendFile(join(changed.folder, 'kernel'), '!');
    const nameOf = ({ manifest }: Image): string => manifest.name;
    const refusal = async (machine: string, image: Image): Promise<unknown> =>
      told(await failureOf(imageFor(machine, nameOf(image), folder.path)));

    const refusals = await Promise.all([
      refusal('x86_64', whole),
      refusal('aarch64', old),
      refusal('aarch64', changed),
    ]);

    expect(refusals).toEqual([
      {
        code: 'CheckFailed',
        message: `image "${nameOf(whole)}" is for arm64, and the server is of amd64`,
        exitCode: 3,
      },
      {
        code: 'NotSupported',
        message: `image "${nameOf(old)}" has no boot loader: it was built before there were disks`,
        exitCode: 2,
      },
      { code: 'CheckFailed', message: `image "${nameOf(changed)}" is not whole: its kernel was changed`, exitCode: 3 },
    ]);
  });
});
