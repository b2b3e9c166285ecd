import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeContext, writeContext, type DockerContext } from '../../src/engine/contexts.js';
import { testFolder, type TestFolder } from '../helpers/folder.js';

const CONTEXT: DockerContext = {
  name: 'web-1',
  machineId: '0123456789abcdef',
  url: 'tcp://192.0.2.7:2376',
  tls: { authority: 'AUTHORITY', certificate: 'CERTIFICATE', privateKey: 'PRIVATE KEY' },
};
const ID = createHash('sha256').update('web-1').digest('hex');

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => folder[Symbol.dispose]());
const inFolder = (...parts: string[]): string => join(folder.path, 'contexts', ...parts);
const meta = async (): Promise<unknown> => JSON.parse(await readFile(inFolder('meta', ID, 'meta.json'), 'utf8'));

async function putForeignContext(content: string): Promise<void> {
  await mkdir(inFolder('meta', ID), { recursive: true });
  await writeFile(inFolder('meta', ID, 'meta.json'), content);
}

describe('writing a context', () => {
  it('lays it out as the docker client reads it', async () => {
    const written = await writeContext(folder.path, CONTEXT);

    expect(written).toBe(true);
    expect(await meta()).toEqual({
      Name: 'web-1',
      Metadata: { Description: 'made by berth', BerthMachine: '0123456789abcdef' },
      Endpoints: { docker: { Host: 'tcp://192.0.2.7:2376', SkipTLSVerify: false } },
    });
    const tls = inFolder('tls', ID, 'docker');
    expect((await readdir(tls)).sort()).toEqual(['ca.pem', 'cert.pem', 'key.pem']);
    expect(await readFile(join(tls, 'ca.pem'), 'utf8')).toBe('AUTHORITY');
    expect(await readFile(join(tls, 'cert.pem'), 'utf8')).toBe('CERTIFICATE');
    expect(await readFile(join(tls, 'key.pem'), 'utf8')).toBe('PRIVATE KEY');
  });

  it('lets nobody else read the key', async () => {
    await writeContext(folder.path, CONTEXT);

    const { mode } = await stat(inFolder('tls', ID, 'docker', 'key.pem'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('switches no context', async () => {
    await writeFile(join(folder.path, 'config.json'), '{"currentContext":"other"}');

    await writeContext(folder.path, CONTEXT);

    expect(await readFile(join(folder.path, 'config.json'), 'utf8')).toBe('{"currentContext":"other"}');
  });

  it('replaces the address of its own machine', async () => {
    await writeContext(folder.path, CONTEXT);

    const written = await writeContext(folder.path, { ...CONTEXT, url: 'tcp://192.0.2.8:2376' });

    expect(written).toBe(true);
    expect(await meta()).toMatchObject({ Endpoints: { docker: { Host: 'tcp://192.0.2.8:2376' } } });
  });

  it('takes certificates away where the machine is now reached over SSH', async () => {
    await writeContext(folder.path, CONTEXT);

    await writeContext(folder.path, { name: 'web-1', machineId: CONTEXT.machineId, url: 'ssh://root@192.0.2.7' });

    expect(existsSync(inFolder('tls', ID))).toBe(false);
  });

  it.each([
    ['of another machine', '{"Name":"web-1","Metadata":{"BerthMachine":"fedcba"},"Endpoints":{}}'],
    ['that the user made', '{"Name":"web-1","Metadata":{},"Endpoints":{}}'],
    ['that cannot be read', '{"Name":'],
  ])('leaves a context %s alone', async (_whose, content) => {
    await putForeignContext(content);

    const written = await writeContext(folder.path, CONTEXT);

    expect(written).toBe(false);
    expect(await readFile(inFolder('meta', ID, 'meta.json'), 'utf8')).toBe(content);
    expect(existsSync(inFolder('tls'))).toBe(false);
  });

  it.each(['default', 'x'])('writes none under the name %s, which the docker client does not take', async (name) => {
    const written = await writeContext(folder.path, { ...CONTEXT, name });

    expect(written).toBe(false);
    expect(existsSync(inFolder())).toBe(false);
  });
});

describe('removing a context', () => {
  it('takes all of it away', async () => {
    await writeContext(folder.path, CONTEXT);

    await removeContext(folder.path, 'web-1', CONTEXT.machineId);

    expect(existsSync(inFolder('meta', ID))).toBe(false);
    expect(existsSync(inFolder('tls', ID))).toBe(false);
  });

  it('succeeds where there is none', async () => {
    await removeContext(folder.path, 'web-1', CONTEXT.machineId);

    expect(await readdir(folder.path)).toEqual([]);
  });

  it("leaves somebody else's alone", async () => {
    await putForeignContext('{"Name":"web-1","Metadata":{},"Endpoints":{}}');

    await removeContext(folder.path, 'web-1', CONTEXT.machineId);

    expect(existsSync(inFolder('meta', ID, 'meta.json'))).toBe(true);
  });
});
