import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/qemu/driver.js';
import type { QemuMachine, QemuOptions } from '../../../drivers/qemu/index.js';
import { publicKeyText, sign } from '../../../src/os/signing-key.js';
import { failureOf, told } from '../../helpers/failure.js';
import { newHost } from '../contract.js';
import { downloads, type Downloads } from '../../provision/support/downloads.js';
import { OPTIONS, placeImage, qemuStand, type QemuStand } from './stand.js';

const NAME = 'debian12-amd64-fedcba9876';

/** A server with an image that is not on this computer, and the URL to name it by. */
async function served(stand: QemuStand): Promise<Downloads & { readonly image: string; readonly folder: string }> {
  const [home, sum] = [join(stand.folder, 'server'), createHash('sha256')];
  const folder = placeImage(home, NAME);
  sum.update(readFileSync(join(folder, 'manifest.json')));
  const server = await downloads((request, response) => {
    const file = join(folder, request.url?.split('/').at(-1) ?? '');
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  return { ...server, folder, image: `${server.url}/${NAME}#sha256=${sum.digest('hex')}` };
}

function optionsWith(url: string): QemuOptions {
  const { image: _none, ...others } = OPTIONS;
  return { ...others, 'image-url': url };
}

async function create(stand: QemuStand, options: QemuOptions): Promise<QemuMachine> {
  const [host, context] = [{ ...newHost({}), options }, stand.context() as never];
  await driver.check(host, context);
  return driver.create(host, context);
}

describe('the URL of an image', () => {
  it('is where a new machine has its OS from, and the next one needs no download', async () => {
    await using stand = await qemuStand();
    await using server = await served(stand);
    rmSync(join(stand.folder, '.cache'), { recursive: true });

    const machine = await create(stand, optionsWith(server.image));
    const asked = server.asked.length;
    await driver.remove(machine, stand.context());
    await create(stand, optionsWith(server.image));

    expect(readFileSync(join(stand.folder, '.cache/berth/os', NAME, 'kernel'), 'utf8')).toBe('the kernel');
    expect(server.asked.slice(asked)).toEqual([`/${NAME}/manifest.json`]);
  });

  it.each([
    ['http://example.com/os', 'an image that comes by plain http needs the sha256 of its manifest, or a key'],
    ['os', 'an image is downloaded from an http or https URL, got "os"'],
    ['https://example.com/os#sha256=1', 'a sha256 has 64 hexadecimal digits, got "1"'],
  ])('cannot be %s', async (url, message) => {
    await using stand = await qemuStand();

    const failure = await failureOf(create(stand, optionsWith(url)));

    expect(told(failure)).toEqual({ code: 'BadOption', message, exitCode: 2 });
  });

  it('asks for a signature where it names a key, which the machine gets its OS by', async () => {
    await using stand = await qemuStand();
    await using server = await served(stand);
    rmSync(join(stand.folder, '.cache'), { recursive: true });
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const url = `${server.image.split('#')[0]}#key=${publicKeyText(publicKey)}`;

    const refused = await failureOf(create(stand, optionsWith(url)));
    const text = readFileSync(join(server.folder, 'manifest.json'), 'utf8');
    writeFileSync(join(server.folder, 'manifest.sig'), sign(text, { private: privateKey, public: publicKey }));
    await create(stand, optionsWith(url));

    expect(refused.message).toBe('the image at the URL has no signature');
    expect(existsSync(join(stand.folder, '.cache/berth/os', NAME, 'manifest.sig'))).toBe(true);
  });

  it('does not go with the name of an image', async () => {
    await using stand = await qemuStand();

    const failure = await failureOf(create(stand, { ...OPTIONS, 'image-url': 'https://example.com/os' }));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'option --qemu-image does not go with --qemu-image-url',
      exitCode: 2,
    });
  });
});
