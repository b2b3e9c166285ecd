import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Host } from '../../src/host/host.js';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import {
  changeSettings,
  engineSettings,
  settingAt,
  settingsOfWords,
  settingsWithout,
} from '../../src/lifecycle/engine-settings.js';
import type { Program } from '../../src/lifecycle/program.js';
import { reprovision } from '../../src/lifecycle/reprovision.js';
import { parseName } from '../../src/name.js';
import type { JsonObject } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
beforeEach(async () => {
  world = await testWorld();
  await createMachine(world.wish('web-1'), world.spec, world.program);
  world.wanted.length = 0;
});
afterEach(() => world[Symbol.asyncDispose]());

const set = (...words: string[]): Promise<unknown> => changeSettings(WEB, settingsOfWords(words), world.program);
const kept = async (): Promise<JsonObject | undefined> => (await world.program.store.read(WEB)).engine.settings;

describe('changing the settings of an engine', () => {
  it('provisions with them, keeps them, and so does every provisioning afterwards', async () => {
    await set('debug=true');

    await reprovision(WEB, { renew: false }, world.program);

    expect(world.wanted.map(({ engine }) => engine.settings)).toEqual([{ debug: true }, { debug: true }]);
    expect(await kept()).toEqual({ debug: true });
  });

  it('leaves the record as it was where the engine does not come up with them', async () => {
    await set('debug=true');
    world.duringProvision = async () => {
      throw new MachineError('ProvisionFailed', 'cannot configure and start the engine on web-1');
    };

    const error = await failureOf(set('log-driver=nope'));

    expect(error.message).toBe('cannot configure and start the engine on web-1');
    expect(await kept()).toEqual({ debug: true });
  });

  it('takes settings away once, and writes down that they are gone', async () => {
    await set('debug=true', 'shutdown-timeout=20');

    await changeSettings(WEB, settingsWithout(['debug']), world.program);

    expect(world.wanted.at(-1)?.engine.settings).toEqual({ debug: null, 'shutdown-timeout': 20 });
    expect(await kept()).toEqual({ 'shutdown-timeout': 20 });
  });
});

describe('asking for the settings of an engine', () => {
  const withFile = (text: string): Program => ({
    ...world.program,
    connect: async (request) => {
      const host: Host = await world.program.connect(request);
      return { ...host, run: async () => ({ stdout: text, stderr: '' }) };
    },
  });

  it('reads what the host has', async () => {
    const settings = await engineSettings(WEB, withFile('{"debug": true, "log-opts": {"max-size": "10m"}}'));

    expect(settings).toEqual({ debug: true, 'log-opts': { 'max-size': '10m' } });
    expect(settingAt(settings, 'log-opts.max-size', WEB)).toBe('10m');
    expect(settingAt(settings, 'debug', WEB)).toBe(true);
  });

  it('finds none where there is no file', async () => {
    expect(await engineSettings(WEB, withFile(''))).toEqual({});
  });

  it('tells of a setting that is not there', async () => {
    const error = await failureOf(() => settingAt({ debug: true }, 'debug.x', WEB));

    expect(told(error)).toEqual({
      code: 'BadUsage',
      message: 'the engine of "web-1" has no setting "debug.x"',
      exitCode: 2,
    });
  });
});
