import { describe, expect, it } from '@jest/globals';
import { allDrivers, findDriver } from '../../drivers/index.js';
import { choiceRows, type Asker } from '../../src/cli/prompt.js';
import { driverChoices } from '../../src/cli/wizard-drivers.js';
import { askForCreate, type WizardParts } from '../../src/cli/wizard.js';
import type { Choice } from '../../src/choice.js';
import type { AnyDriverSpec } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { AnyDriver } from '../../src/lifecycle/driver-call.js';
import type { Program } from '../../src/lifecycle/program.js';
import { paces } from '../../src/pace.js';
import { recordingReporter } from '../helpers/reporter.js';

/** What is asked, in order, with what is suggested; answers come from a list, '' takes the suggestion. */
interface Session {
  readonly parts: WizardParts;
  readonly asked: string[];
  readonly told: readonly string[];
}

interface Scene {
  readonly answers: readonly string[];
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly choices?: AnyDriver['choices'];
  readonly machines?: readonly string[];
}

function session({ answers, flags = {}, choices, machines = [] }: Scene): Session {
  const report = recordingReporter();
  const asked: string[] = [];
  const left = [...answers];
  const answer = (question: string, preset: string): string => {
    asked.push(preset === '' ? question : `${question} (${preset})`);
    return left.shift() || preset;
  };
  const asker: Asker = {
    choose: async (question, { choices: listed, preset }) => answer(question, preset ?? listed[0]?.value ?? ''),
    text: async (question, { preset, problem }) => {
      const text = answer(question, preset);
      const wrong = problem(text);
      if (wrong === undefined) return text;
      asked.push(`! ${wrong}`);
      return asker.text(question, { preset, problem });
    },
    confirm: async (question) => answer(question, 'yes') === 'yes',
  };
  const program = {
    ...{ report, signal: new AbortController().signal, now: () => new Date(0), pace: paces() },
    environment: { HOME: '/home/user' },
    store: { list: async () => machines },
    environmentSecrets: () => ({}),
  } as unknown as Program;
  const used = allDrivers().map((driver) => (choices && driver.credentials ? withChoices(driver, choices) : driver));
  return {
    parts: { asker, program, drivers: used, begin: 'berth create', flagsFor: async () => flags },
    asked,
    told: report.lines,
  };
}

function withChoices(driver: AnyDriverSpec, choices: NonNullable<AnyDriver['choices']>): AnyDriverSpec {
  return { ...driver, load: async () => ({ choices }) as unknown as AnyDriver };
}

const listed = (...values: readonly string[]): readonly Choice[] => values.map((value) => ({ value, title: value }));

describe('the wizard of create', () => {
  it('asks for driver, what the driver lists, and a name that is free', async () => {
    const { parts, asked } = session({
      answers: ['digitalocean', 'fra1'],
      flags: { 'digitalocean-region': 'sfo9, nyc3', 'digitalocean-size': 'small' },
      choices: async (key) => (key === 'region' ? listed('fra1', 'nyc3') : listed('small', 'large')),
      machines: ['dev'],
    });

    const words = await askForCreate(parts);

    expect(asked.slice(1)).toEqual([
      ...['Region (nyc3)', 'Size (small)', 'Name of the machine: (dev-2)', 'Make this machine? (yes)'],
    ]);
    expect(words).toEqual(
      '--driver digitalocean --digitalocean-region fra1 --digitalocean-size small dev-2'.split(' '),
    );
  });

  it('shows the command line before it asks whether to go on', async () => {
    const { parts, told } = session({ answers: ['nspawn'] });

    await askForCreate(parts);

    expect(told).toEqual(['info: The same without questions: berth create --driver nspawn dev']);
  });

  it('leaves defaults out of what was typed, and reads ~ as a shell would', async () => {
    const { parts, asked } = session({
      answers: ['generic', '192.0.2.7', '', '~/.ssh/id_ed25519'],
      flags: { 'generic-ssh-user': 'root' },
    });

    const words = await askForCreate(parts);

    expect(asked[2]).toBe('User to log in as: (root)');
    expect(words).toEqual([
      ...['--driver', 'generic', '--generic-ip-address', '192.0.2.7'],
      ...['--generic-ssh-key', '/home/user/.ssh/id_ed25519', 'dev'],
    ]);
  });

  it('refuses what the driver would refuse by its form, while it can still be corrected', async () => {
    const server = session({ answers: ['generic', 'bad host', '192.0.2.7'] });
    const engine = session({ answers: ['none', '192.0.2.7:2376', 'tcp://192.0.2.7:2376'] });

    const words = [await askForCreate(server.parts), await askForCreate(engine.parts)];

    expect(server.asked).toContain('! option --generic-ip-address wants an address or a host name, got "bad host"');
    expect(engine.asked).toContain('! option --url wants a URL such as tcp://192.0.2.7:2376, got "192.0.2.7:2376"');
    expect(words).toEqual([
      ['--driver', 'generic', '--generic-ip-address', '192.0.2.7', 'dev'],
      ['--driver', 'none', '--url', 'tcp://192.0.2.7:2376', 'dev'],
    ]);
  });

  it('says what is wrong with an answer, and asks again', async () => {
    const { parts, asked } = session({
      answers: ['nspawn', 'lots', '512', '', '', 'web'],
      flags: { 'nspawn-memory': 0 },
      machines: ['web'],
    });

    const words = await askForCreate(parts);

    expect(asked.filter((line) => line.startsWith('!'))).toEqual([
      '! option --nspawn-memory wants a whole number from 0, got "lots"',
      '! machine "web" exists already',
    ]);
    expect(words).toEqual(['--driver', 'nspawn', '--nspawn-memory', '512', 'dev']);
  });

  it('takes the only choice without a question', async () => {
    const { parts, asked, told } = session({ answers: ['hetzner'], choices: async () => listed('one') });

    await askForCreate(parts);

    expect(asked.slice(1)).toEqual(['Name of the machine: (dev)', 'Make this machine? (yes)']);
    expect(told).toContain('info: Server type: one, the only one');
  });

  it('lets a value be typed where the provider cannot list any', async () => {
    const { parts, asked, told } = session({
      answers: ['digitalocean', 'fra1', 'small'],
      choices: async () => {
        throw new MachineError('DriverFailed', 'DigitalOcean is unavailable');
      },
    });

    const words = await askForCreate(parts);

    expect(told).toContain('warn: DigitalOcean is unavailable');
    expect(asked[1]).toBe('Slugs of regions, parted by commas, tried in order:');
    expect(words).toContain('fra1');
  });

  it('says how to get credentials that are missing, and asks for a driver again', async () => {
    const { parts, asked, told } = session({
      answers: ['hetzner', 'none', 'tcp://192.0.2.7:2376'],
      choices: async () => {
        throw new MachineError('CredentialsMissing', 'there is no API token', {
          suggestions: ['hcloud context create'],
        });
      },
    });

    const words = await askForCreate(parts);

    expect(told).toEqual(expect.arrayContaining(['warn: there is no API token', 'info:   hcloud context create']));
    expect(asked.filter((line) => line.startsWith('Where'))).toHaveLength(2);
    expect(words).toEqual(['--driver', 'none', '--url', 'tcp://192.0.2.7:2376', 'dev']);
  });

  it('gives no words to a user who does not want to go on', async () => {
    const { parts, asked } = session({ answers: ['nspawn', '', '', '', '', 'no'] });

    expect(await askForCreate(parts)).toBeUndefined();
    expect(asked.at(-1)).toBe('What shall be different? (Nothing)');
  });

  it('asks again what shall be different, and what hangs on it, with the answers of before suggested', async () => {
    const { parts, asked, told } = session({
      answers: ['digitalocean', 'fra1', 'large', 'web', 'no', 'Region', 'nyc3', '', 'yes'],
      choices: async (key) => (key === 'region' ? listed('fra1', 'nyc3') : listed('small', 'large')),
    });

    const words = await askForCreate(parts);

    expect(asked.slice(4)).toEqual([
      'Make this machine? (yes)',
      'What shall be different? (Nothing)',
      ...['Region (fra1)', 'Size (large)', 'Make this machine? (yes)'],
    ]);
    expect(words?.join(' ')).toBe('--driver digitalocean --digitalocean-region nyc3 --digitalocean-size large web');
    expect(told.filter((line) => line.includes('The same without questions'))).toHaveLength(2);
  });

  it('asks again for the name, or for another driver with its own options', async () => {
    const name = session({ answers: ['none', 'tcp://192.0.2.7:2376', 'web', 'no', 'Name', 'web-2'] });
    const driver = session({
      answers: ['none', 'tcp://192.0.2.7:2376', 'web', 'no', 'Driver', 'generic', '192.0.2.8'],
    });

    expect(await askForCreate(name.parts)).toEqual('--driver none --url tcp://192.0.2.7:2376 web-2'.split(' '));
    expect(name.asked).toContain('Name of the machine: (web)');
    expect(await askForCreate(driver.parts)).toEqual('--driver generic --generic-ip-address 192.0.2.8 web'.split(' '));
    expect(driver.asked).toContain('Where shall the machine be? (none)');
  });

  it('takes what was typed before for an answer, and not for the default', async () => {
    const { parts, asked } = session({
      answers: ['generic', '192.0.2.7', 'ada', '~/key', 'web', 'no', 'IP address', '192.0.2.8'],
      flags: { 'generic-ssh-user': 'root' },
    });

    const words = await askForCreate(parts);

    expect(asked.slice(-3)).toEqual([
      'User to log in as: (ada)',
      'Private key to log in with; without it the agent and your identities are tried: (/home/user/key)',
      'Make this machine? (yes)',
    ]);
    expect(words).toEqual([
      ...['--driver', 'generic', '--generic-ip-address', '192.0.2.8'],
      ...['--generic-ssh-user', 'ada', '--generic-ssh-key', '/home/user/key', 'web'],
    ]);
  });
});

describe('drivers to choose from', () => {
  it('begin with those whose credentials are there, then those that need none', async () => {
    const choices = await driverChoices(some('digitalocean', 'none', 'generic', 'hetzner'), { HCLOUD_TOKEN: 'abc' });

    expect(choices).toEqual([
      { value: 'hetzner', title: 'Hetzner Cloud', detail: 'credentials: HCLOUD_TOKEN' },
      { value: 'generic', title: 'A server reached over SSH' },
      { value: 'digitalocean', title: 'DigitalOcean', detail: 'no credentials seen' },
      { value: 'none', title: 'An engine at a URL' },
    ]);
  });

  it('have the one of this computer before others that need no credentials', async () => {
    const choices = await driverChoices(
      some('digitalocean', 'generic', 'nspawn'),
      { DIGITALOCEAN_ACCESS_TOKEN: 'abc' },
      'nspawn',
    );

    expect(choices.map(({ value }) => value)).toEqual(['digitalocean', 'nspawn', 'generic']);
  });
});

describe('rows of choices', () => {
  const CHOICES: readonly Choice[] = [
    { value: 'small', title: '1 CPU, 1 GB', detail: '6.00 USD a month' },
    { value: 'l', title: '2 CPUs', detail: '9.00 USD' },
  ];

  it('stand below each other', () => {
    expect(choiceRows(CHOICES, 80)).toEqual([
      { name: 'small  1 CPU, 1 GB  6.00 USD a month', value: 'small', short: 'small' },
      { name: 'l      2 CPUs       9.00 USD', value: 'l', short: 'l' },
    ]);
  });

  it('are cut where the terminal is narrow, and then whole below the list', () => {
    expect(choiceRows(CHOICES, 32)).toEqual([
      {
        ...{ name: 'small  1 CPU, 1 GB  6.00 USD…', value: 'small', short: 'small' },
        description: 'small  1 CPU, 1 GB  6.00 USD a month',
      },
      { name: 'l      2 CPUs       9.00 USD', value: 'l', short: 'l' },
    ]);
  });
});

function some(...names: readonly string[]): readonly AnyDriverSpec[] {
  return names.flatMap((name) => findDriver(name) ?? []);
}
