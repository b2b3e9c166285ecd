import { readFlags } from '../../src/plugin/flags.js';
import { GobAny, type GobValue } from '../../src/plugin/gob/types.js';
import { keyOf, optionTable, soundsSecret } from '../../src/plugin/options.js';
import { failureOf, told } from '../helpers/failure.js';

function flag(type: string, fields: Readonly<Record<string, GobValue>>): GobAny {
  return new GobAny(`*mcnflag.${type}`, Object.assign(Object.create(null), fields) as GobValue);
}

describe('readFlags', () => {
  it('reads flags whose zero values are not on the wire', () => {
    const flags = readFlags(
      'kvm',
      ['StringFlag', 'IntFlag', 'BoolFlag', 'StringSliceFlag'].map((type) => flag(type, { Name: 'kvm-x' })),
    );

    expect(flags.map(({ kind, value }) => [kind, value])).toEqual([
      ['string', ''],
      ['integer', 0],
      ['boolean', false],
      ['list', []],
    ]);
  });

  it('reads flags that a fork of docker-machine registered elsewhere', () => {
    const [read] = readFlags('kvm', [
      new GobAny('*github.com/rancher/machine/mcnflag.StringFlag', flag('', { Name: 'kvm-x' }).value),
    ]);

    expect(read?.kind).toBe('string');
  });

  it('makes one short line of a help text, and takes no senseless variable', () => {
    const Usage = `First line,\n\tsecond\x1b[31m line. ${'x'.repeat(300)}`;

    const [read] = readFlags('kvm', [flag('BoolFlag', { Name: 'kvm-x', Usage, EnvVar: 'A B' })]);

    expect(read?.help).toBe(`First line, second [31m line. ${'x'.repeat(300)}`.slice(0, 200));
    expect(read?.env).toBe('');
  });

  it.each([
    ['no list', 'text', 'no list of options'],
    ['a nil flag', [null], 'an option that is none'],
    ['a bare text', ['kvm-x'], 'an option that is none'],
    [
      'an unknown kind',
      [flag('DurationFlag', { Name: 'kvm-x' })],
      'an option of the unknown kind "*mcnflag.DurationFlag"',
    ],
    ['no name', [flag('BoolFlag', {})], 'an option without a proper name'],
    ['a name with a blank', [flag('BoolFlag', { Name: 'kvm x' })], 'an option without a proper name'],
    ['a name of dashes', [flag('BoolFlag', { Name: '--help' })], 'an option without a proper name'],
    ['too many', Array<GobValue>(501).fill(flag('BoolFlag', { Name: 'x' })), 'no list of options'],
  ])('refuses %s', async (_what, reply, fact) => {
    const failure = await failureOf(() => readFlags('kvm', reply));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: `driver "kvm" declares ${fact}`, exitCode: 3 });
  });
});

describe('optionTable', () => {
  it('keeps flags apart that differ only by the name of the driver', () => {
    const flags = readFlags('kvm', [
      flag('IntFlag', { Name: 'kvm-cpu', Value: 2 }),
      flag('IntFlag', { Name: 'cpu', Value: 4 }),
    ]);

    const table = optionTable('kvm', flags);

    expect(Object.entries(table).map(([key, { flag: name }]) => [key, name])).toEqual([
      ['cpu', undefined],
      ['--cpu', 'cpu'],
    ]);
    expect(keyOf('kvm', 'kvm-cpu')).toBe('cpu');
  });
});

describe('soundsSecret', () => {
  it.each([
    'digitalocean-access-token',
    'amazonec2-access-key',
    'amazonec2-secret-key',
    'openstack-password',
    'exoscale-api-secret-key',
    'linode-root-pass',
    'AccessToken',
    'ApiKey',
    'Password',
  ])('hides %s', (name) => {
    expect(soundsSecret(name)).toBe(true);
  });

  it.each([
    'amazonec2-keypair-name',
    'generic-ssh-key',
    'kvm-passthrough',
    'google-tokenless',
    'SSHKeyPath',
    'Keystone',
  ])('shows %s', (name) => {
    expect(soundsSecret(name)).toBe(false);
  });
});
