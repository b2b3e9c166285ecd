import { describe, expect, it } from '@jest/globals';
import { Parser } from '@oclif/core';
import { driverFlags, driverOptions, parseInteger, refuseForeignOptions } from '../../src/cli/driver-flags.js';
import { environmentSecrets } from '../../src/cli/environment-secrets.js';
import { defineDriver, type AnyDriverSpec } from '../../src/driver.js';
import { failureOf, told } from '../helpers/failure.js';

const rest = {
  features: { plantsKeys: true, powers: true, ssh: true, local: false },
  toStored: () => ({}),
  fromStored: () => ({ options: {} }),
  login: () => ({ user: 'root', port: 22 }),
  load: () => Promise.reject(new Error('never loaded')),
};
const cloud: AnyDriverSpec = defineDriver({
  name: 'cloud',
  title: 'A cloud',
  options: {
    region: { kind: 'string', required: true, env: 'CLOUD_REGION', help: 'region' },
    size: { kind: 'string', default: 'small', choices: ['small', 'large'], help: 'size' },
    token: { kind: 'string', secret: true, env: 'CLOUD_TOKEN', help: 'token' },
    disk: { kind: 'integer', default: 20, min: 1, max: 100, env: 'CLOUD_DISK', help: 'disk' },
    ipv6: { kind: 'boolean', env: 'CLOUD_IPV6', help: 'IPv6' },
    group: { kind: 'list', env: 'CLOUD_GROUP', help: 'groups' },
  },
  ...rest,
});
const other: AnyDriverSpec = defineDriver({
  name: 'other',
  title: 'Another',
  options: { zone: { kind: 'string', env: 'OTHER_ZONE', help: 'zone' } },
  ...rest,
});

async function parse(
  argv: string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ReturnType<typeof driverOptions>> {
  const before = process.env;
  process.env = { ...before, ...env };
  try {
    const { flags, raw } = await Parser.parse(argv, { flags: driverFlags([cloud, other]), strict: true });
    const typed = new Set(raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : [])));
    refuseForeignOptions(cloud, [cloud, other], typed);
    return driverOptions(cloud, flags, typed);
  } finally {
    process.env = before;
  }
}

describe('the options of a driver', () => {
  it('come from the command line, with defaults for the rest', async () => {
    const { options, secrets } = await parse(['--cloud-region', 'north', '--cloud-disk', '40', '--cloud-ipv6']);

    expect(options).toEqual({ region: 'north', size: 'small', disk: 40, ipv6: true, group: [] });
    expect(secrets).toEqual({});
  });

  it('come from the environment, lists parted at commas', async () => {
    const env = { CLOUD_REGION: 'south', CLOUD_DISK: '50', CLOUD_IPV6: 'true', CLOUD_GROUP: 'a,b' };

    const { options } = await parse([], env);

    expect(options).toEqual({ region: 'south', size: 'small', disk: 50, ipv6: true, group: ['a', 'b'] });
  });

  it('come from the command line before the environment', async () => {
    const { options } = await parse(['--cloud-region', 'north', '--cloud-group', 'c'], {
      CLOUD_REGION: 'south',
      CLOUD_GROUP: 'a,b',
    });

    expect(options).toMatchObject({ region: 'north', group: ['c'] });
  });

  it('keep a typed secret apart', async () => {
    const { options, secrets } = await parse(['--cloud-region', 'north', '--cloud-token', 's3cret']);

    expect(JSON.stringify(options)).not.toContain('s3cret');
    expect(secrets).toEqual({ token: 's3cret' });
  });

  it('write down no secret that stands in the environment', async () => {
    const { options, secrets } = await parse(['--cloud-region', 'north'], { CLOUD_TOKEN: 's3cret' });

    expect(JSON.stringify({ options, secrets })).not.toContain('s3cret');
  });

  it('find their secrets in the environment again', () => {
    expect(environmentSecrets(cloud, { CLOUD_TOKEN: 's3cret', CLOUD_REGION: 'north' })).toEqual({ token: 's3cret' });
    expect(environmentSecrets(cloud, { CLOUD_TOKEN: '' })).toEqual({});
  });

  it('may repeat a list', async () => {
    const { options } = await parse(['--cloud-region', 'x', '--cloud-group', 'a', '--cloud-group', 'b']);

    expect(options['group']).toEqual(['a', 'b']);
  });

  it.each([[[]], [['--cloud-region', '']]])('lack a required one with %j', async (argv) => {
    const failure = await failureOf(parse(argv));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'driver cloud requires the option --cloud-region',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['Or set the environment variable CLOUD_REGION']);
  });

  it('are refused where they are of another driver', async () => {
    const failure = await failureOf(parse(['--cloud-region', 'north', '--other-zone', 'a']));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'option --other-zone belongs to the driver other, not to cloud',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['Add --driver other']);
  });

  it('of another driver may stand in the environment', async () => {
    const { options } = await parse(['--cloud-region', 'north'], { OTHER_ZONE: 'a' });

    expect(options['region']).toBe('north');
  });
});

describe('a whole number', () => {
  it.each([
    ['0', 0],
    ['42', 42],
    ['0x1F', 31],
    ['010', 8],
  ])('%s is %d, as Go reads it', (text, value) => {
    expect(parseInteger(text, 'size', {})).toBe(value);
  });

  it.each(['', 'x', '1.5', '1e3', ' 1', '09', '-1'])('is not "%s"', async (text) => {
    const failure = await failureOf(() => parseInteger(text, 'size', {}));

    expect(failure.message).toBe(`option --size wants a whole number from 0, got "${text}"`);
  });

  it.each(['0', '101'])('stays within its limits, unlike %s', async (text) => {
    const failure = await failureOf(() => parseInteger(text, 'disk', { min: 1, max: 100 }));

    expect(failure.message).toBe(`option --disk wants 1 to 100, got "${text}"`);
  });
});
