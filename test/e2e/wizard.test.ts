import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digitaloceanStandIn, TOKEN, type DigitalOceanStandIn } from '../standins/digitalocean/index.js';
import { describeFakeDriver } from '../plugin/support/fake-driver.js';
import { Berth } from './support/berth.js';
import { CTRL_C, DOWN, ENTER, Terminal, UP } from './support/terminal.js';

const MINUTE = 60_000;
const WORDS = ' --driver digitalocean --digitalocean-region nyc1 --digitalocean-size s-1vcpu-2gb web-1';

describe('berth create on a terminal, with nothing given', () => {
  let standIn: DigitalOceanStandIn;
  let berth: Berth;
  beforeEach(async () => {
    standIn = await digitaloceanStandIn();
    berth = new Berth();
    Object.assign(berth.environment, { DIGITALOCEAN_API_URL: standIn.url, DIGITALOCEAN_ACCESS_TOKEN: TOKEN });
  });
  afterEach(async () => {
    berth[Symbol.dispose]();
    await standIn[Symbol.asyncDispose]();
  });

  const machines = (): readonly string[] => {
    const folder = join(berth.store, 'machines');
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  async function answerAll(terminal: Terminal): Promise<void> {
    await terminal.answer('Where shall the machine be?', ENTER);
    await terminal.shows('credentials: DIGITALOCEAN_ACCESS_TOKEN');
    await terminal.answer('❯ nyc3  New York 3', UP);
    await terminal.answer('❯ nyc1  New York 1', ENTER);
    await terminal.answer('❯ s-1vcpu-1gb  Basic  1 CPU, 1 GB memory, 25 GB disk, 6.00 USD a month', DOWN);
    await terminal.answer('❯ s-1vcpu-2gb', ENTER);
    await terminal.answer('Name of the machine: (dev)', `web-1${ENTER}`);
    await terminal.shows(WORDS);
  }

  it(
    'asks for driver, region, size and name, shows the command line that does the same, and does it',
    async () => {
      using terminal = new Terminal(berth, '--ssh-timeout', '1', 'create');

      await answerAll(terminal);
      await terminal.answer('Make this machine?', ENTER);
      const code = await terminal.ended();

      expect(standIn.bodies('POST /droplets')).toEqual([
        expect.objectContaining({ name: 'web-1', region: 'nyc1', size: 's-1vcpu-2gb' }),
      ]);
      expect(terminal.shown).toContain(`The same without questions: berth create --ssh-timeout 1${WORDS}`);
      // No host stands behind this droplet.
      expect([code, machines()]).toEqual([4, ['web-1']]);
      expect(terminal.shown).not.toContain(TOKEN);
    },
    MINUTE,
  );

  it.each([
    ['a no', ['n\r', ENTER], 0],
    ['Ctrl-C', [CTRL_C], 130],
    ['Ctrl-C behind a no', ['n\r', CTRL_C], 130],
  ])(
    'makes nothing after %s at the end',
    async (_what, [first = '', second], code) => {
      using terminal = new Terminal(berth, 'create');

      await answerAll(terminal);
      await terminal.answer('Make this machine?', first);
      if (second !== undefined) await terminal.answer('❯ Nothing  make no machine', second);

      expect(await terminal.ended()).toBe(code);
      expect(standIn.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
      expect(machines()).toEqual([]);
    },
    MINUTE,
  );

  it(
    'asks again what shall be different',
    async () => {
      using terminal = new Terminal(berth, 'create');

      await answerAll(terminal);
      await terminal.answer('Make this machine?', 'n\r');
      await terminal.answer('❯ Nothing  make no machine', `${DOWN}${DOWN}${DOWN}${DOWN}`);
      await terminal.answer('❯ Name     web-1', ENTER);
      await terminal.answer('Name of the machine: (web-1)', `web-9${ENTER}`);
      await terminal.shows(WORDS.replace('web-1', 'web-9'));
      await terminal.answer('Make this machine?', CTRL_C);

      expect([await terminal.ended(), machines()]).toEqual([130, []]);
    },
    MINUTE,
  );

  it(
    'says how to get credentials that are refused, and asks for the driver again',
    async () => {
      berth.environment['DIGITALOCEAN_ACCESS_TOKEN'] = 'dop_v1_wrong';
      using terminal = new Terminal(berth, 'create');

      await terminal.answer('Where shall the machine be?', ENTER);
      await terminal.shows('Warning: ');
      await terminal.shows('https://cloud.digitalocean.com/account/api/tokens');
      await terminal.answer('Where shall the machine be?', CTRL_C);

      expect(await terminal.ended()).toBe(130);
      expect(terminal.shown).not.toContain('dop_v1_wrong');
    },
    MINUTE,
  );

  it(
    'makes the machine of a driver whose options are typed',
    async () => {
      berth.environment['MACHINE_DRIVER'] = 'none';
      using terminal = new Terminal(berth, 'create');

      await terminal.answer('❯ none', ENTER);
      await terminal.answer(':', ENTER);
      await terminal.answer('this cannot be left out', `tcp://192.0.2.7:2376${ENTER}`);
      await terminal.answer('Name of the machine: (dev)', `a b${ENTER}`);
      await terminal.answer('a machine name has only', `\u0015old${ENTER}`);
      await terminal.shows('The same without questions: berth create --driver none --url tcp://192.0.2.7:2376 old');
      await terminal.answer('Make this machine?', ENTER);

      expect([await terminal.ended(), machines()]).toEqual([0, ['old']]);
    },
    MINUTE,
  );

  it.each([
    ['CI', { CI: 'true' }, []],
    ['BERTH_NONINTERACTIVE', { BERTH_NONINTERACTIVE: '1' }, []],
    ['--json', {}, ['--json']],
  ])(
    'asks nothing with %s',
    async (_what, environment, words) => {
      Object.assign(berth.environment, environment);
      using terminal = new Terminal(berth, 'create', ...words);

      expect(await terminal.ended()).toBe(2);
      expect(terminal.shown).toContain('no machine name given');
      expect(terminal.shown).not.toContain('Where shall');
    },
    MINUTE,
  );
});

describeFakeDriver('berth create on a terminal', (built) => {
  it(
    'asks nothing where the options of a driver binary are typed',
    async () => {
      using berth = new Berth();
      berth.environment['PATH'] = `${built.folder}:${berth.environment['PATH'] ?? ''}`;
      using terminal = new Terminal(berth, 'create', '-d', 'fake', '--fake-token', 'wrong', 'web-1');

      await terminal.answer('Running pre-create checks', CTRL_C);
      await terminal.ended();

      expect(terminal.shown).not.toContain('Where shall');
    },
    MINUTE,
  );
});
