import { describe, expect, it } from '@jest/globals';
import type { Facts } from '../../src/provision/contract.js';
import { distributionOf } from '../../src/provision/distributions.js';
import { chooseSource, type Source } from '../../src/provision/source.js';
import type { EngineOptions } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { engine, facts, os } from './support/hosts.js';

const choose = (host: Facts, changes: Partial<EngineOptions> = {}): Source =>
  chooseSource({ engine: engine(changes), facts: host, distribution: distributionOf(host), machineName: 'web-1' });

const alpine = { os: os('alpine'), init: 'openrc' } as const;
const reaching = (docker: boolean, distribution: boolean): Partial<Facts> => ({ reaches: { docker, distribution } });

describe('the source of an engine', () => {
  it.each([
    { title: 'Debian that reaches all', host: facts(reaching(true, true)), expected: 'docker' },
    { title: 'Debian that was not asked', host: facts(), expected: 'docker' },
    { title: 'Debian that reaches its archive only', host: facts(reaching(false, true)), expected: 'distribution' },
    { title: "Debian that reaches Docker's only", host: facts(reaching(true, false)), expected: 'docker' },
    { title: 'Debian that reaches nothing', host: facts(reaching(false, false)), expected: 'bundle' },
    {
      title: 'Debian without systemd',
      host: facts({ init: 'openrc', ...reaching(true, true) }),
      expected: 'distribution',
    },
    {
      title: 'CentOS, which has no engine of its own',
      host: facts({ os: os('centos'), ...reaching(false, true) }),
      expected: 'bundle',
    },
    {
      title: 'Amazon Linux, which Docker does not serve',
      host: facts({ os: os('amzn'), ...reaching(true, true) }),
      expected: 'distribution',
    },
    { title: 'Alpine', host: facts({ ...alpine, ...reaching(true, true) }), expected: 'distribution' },
  ])('is chosen: $title', ({ host, expected }) => {
    expect(choose(host)).toBe(expected);
  });

  it.each(['docker', 'distribution', 'bundle'] as const)(
    'is the one that is asked for, reached or not: %s',
    (source) => {
      expect(choose(facts(reaching(false, false)), { source })).toBe(source);
    },
  );

  it('is a script of the user where there is one', () => {
    expect(choose(facts(), { installUrl: 'https://get.test/', source: 'docker' })).toBe('url');
  });

  it('is none where nothing may be installed', async () => {
    const failure = await failureOf(() => choose(facts({ freeMib: 10 }), { installUrl: 'none', source: 'docker' }));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: 'no engine on web-1, and --engine-install-url is "none"',
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual([
      'Install an engine on the host yourself, and run create again',
      'Leave out --engine-install-url none',
    ]);
  });

  it('is missing on a host that reaches nothing and takes no bundle', async () => {
    const failure = await failureOf(() => choose(facts({ ...alpine, ...reaching(false, false) })));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: "web-1 reaches neither its own package archive nor Docker's",
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual([
      'Check its name server and its route to the internet',
      'Install an engine on the host yourself, and run create again',
    ]);
  });

  it.each([
    { name: 'Alpine', host: facts(alpine), source: 'docker' as const },
    { name: 'Alpine', host: facts(alpine), source: 'bundle' as const },
    { name: 'Amazon Linux', host: facts({ os: os('amzn') }), source: 'docker' as const },
    { name: 'CentOS', host: facts({ os: os('centos') }), source: 'distribution' as const },
  ])('is refused where the distribution does not have it: $name, $source', async ({ name, host, source }) => {
    const failure = await failureOf(() => choose(host, { source }));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `${name} has no engine from the source "${source}"`,
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['Leave out --engine-source']);
  });

  it('needs space on the disk', async () => {
    const failure = await failureOf(() => choose(facts({ freeMib: 1_023 })));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: 'no space for an engine on web-1: 1023 MiB free, 1024 MiB needed',
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual(['Free some space on the host, or give it a larger disk']);
    expect(choose(facts({ freeMib: 1_024 }))).toBe('docker');
  });
});
