import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContexts } from '../../src/engine/contexts.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { startMachine, stopMachine } from '../../src/lifecycle/power.js';
import { removeMachine } from '../../src/lifecycle/remove.js';
import { reprovision } from '../../src/lifecycle/reprovision.js';
import { parseName } from '../../src/name.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
const ID = createHash('sha256').update('web-1').digest('hex');

let world: World;
beforeEach(async () => {
  world = await testWorld();
  await mkdir(world.dockerFolder, { recursive: true });
  await writeFile(join(world.dockerFolder, 'config.json'), '{"currentContext":"other"}');
});
afterEach(() => world[Symbol.asyncDispose]());

const urls = async (): Promise<string[]> => (await readContexts(world.dockerFolder)).own.map(({ url }) => url);
const shown = (file: string): Promise<string> =>
  readFile(join(world.dockerFolder, 'contexts/tls', ID, 'docker', file), 'utf8');

describe('the docker context of a machine', () => {
  it('follows it to another address, with what is shown to its engine', async () => {
    await createMachine(world.wish('web-1'), world.spec, world.program);
    const before = await urls();
    world.provider.nextAddress = '127.0.0.3';

    await stopMachine(WEB, world.program);
    await startMachine(WEB, world.program);

    const port = world.enginePort;
    expect([before, await urls()]).toEqual([[`tcp://127.0.0.1:${port}`], [`tcp://127.0.0.3:${port}`]]);
    expect(await shown('cert.pem')).toBe(await world.program.store.readFile(WEB, 'cert.pem'));
  });

  it('is made again where somebody took it away', async () => {
    await createMachine(world.wish('web-1'), world.spec, world.program);
    await rm(join(world.dockerFolder, 'contexts'), { recursive: true });

    await reprovision(WEB, { renew: true }, world.program);

    expect(await urls()).toHaveLength(1);
    expect(await shown('key.pem')).toBe(await world.program.store.readFile(WEB, 'key.pem'));
  });

  it('is left as it is where it is somebody else’s, and the user hears of it', async () => {
    const folder = join(world.dockerFolder, 'contexts/meta', ID);
    const theirs = JSON.stringify({
      Name: 'web-1',
      Metadata: {},
      Endpoints: { docker: { Host: 'tcp://192.0.2.1:2375' } },
    });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'meta.json'), theirs);

    await createMachine(world.wish('web-1'), world.spec, world.program);

    expect(await readFile(join(folder, 'meta.json'), 'utf8')).toBe(theirs);
    expect(world.lines.filter((line) => line.startsWith('warn:'))).toEqual([
      'warn: docker\'s context "web-1" is somebody else\'s and stays as it is',
    ]);
  });

  it('is gone with the machine', async () => {
    await createMachine(world.wish('web-1'), world.spec, world.program);

    await removeMachine(WEB, { force: false }, world.program);

    expect(existsSync(join(world.dockerFolder, 'contexts/meta', ID))).toBe(false);
    expect(existsSync(join(world.dockerFolder, 'contexts/tls', ID))).toBe(false);
  });

  it('is never made the current one, nor another one when it goes', async () => {
    await createMachine(world.wish('web-1'), world.spec, world.program);
    await removeMachine(WEB, { force: false }, world.program);

    expect(await readFile(join(world.dockerFolder, 'config.json'), 'utf8')).toBe('{"currentContext":"other"}');
  });
});
