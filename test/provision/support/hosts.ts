import type { Facts, Wanted } from '../../../src/provision/contract.js';
import { distributionOf, type Distribution } from '../../../src/provision/distributions.js';
import { installSteps } from '../../../src/provision/install.js';
import { plan, type Step } from '../../../src/provision/plan.js';
import type { Source } from '../../../src/provision/source.js';
import { DEFAULT_ENGINE, type EngineOptions } from '../../../src/record.js';

export const REPOSITORY = {
  url: 'https://packages.test',
  aptFingerprint: 'A'.repeat(40),
  rpmFingerprint: 'B'.repeat(40),
};

export const CERTIFICATES = {
  authority: 'authority\n',
  server: { certificate: 'server certificate\n', privateKey: 'server key\n' },
};

/** A fresh Debian host, or what the changes make of it. */
export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    os: os('debian', { version: '12', codename: 'bookworm' }),
    arch: 'x86_64',
    init: 'systemd',
    hostname: 'web-1',
    addresses: ['192.0.2.7'],
    user: 'root',
    sudo: { can: true },
    clock: 1_800_000_000,
    freeMib: 20_000,
    engine: { running: false, socketUnit: false, enabled: false, inSwarm: false, rivals: [] },
    files: {},
    ...changes,
  };
}

export function os(id: string, changes: Partial<Facts['os']> = {}): Facts['os'] {
  return { id, like: [], version: '', codename: '', title: id, ...changes };
}

export function engine(changes: Partial<EngineOptions> = {}): EngineOptions {
  return { ...DEFAULT_ENGINE, ...changes };
}

export function wanted(changes: Partial<EngineOptions> = {}, more: Partial<Wanted> = {}): Wanted {
  return {
    engine: engine(changes),
    enginePort: 2376,
    provider: 'generic',
    certificates: () => Promise.resolve(CERTIFICATES),
    ...more,
  };
}

/** One host for each row of the table, and those whose older releases have yum only. */
export const HOSTS: readonly Facts[] = [
  facts({ os: os('ubuntu', { version: '24.04', codename: 'noble' }) }),
  facts(),
  facts({ os: os('fedora', { version: '42' }) }),
  facts({ os: os('amzn', { version: '2023' }) }),
  facts({ os: os('amzn', { version: '2' }) }),
  facts({ os: os('centos', { version: '9' }) }),
  facts({ os: os('centos', { version: '7' }) }),
  facts({ os: os('rocky', { version: '9.4', like: ['rhel', 'centos', 'fedora'] }) }),
  facts({ os: os('opensuse-leap', { version: '15.6', like: ['suse', 'opensuse'] }) }),
  facts({ os: os('arch') }),
  facts({ os: os('alpine', { version: '3.22.0' }), init: 'openrc' }),
];

/** Every source that the host's distribution has. */
export function sourcesOf(host: Facts): readonly Source[] {
  const { dockerFamily, packages } = distributionOf(host);
  return [
    ...(dockerFamily === undefined ? [] : (['docker'] as const)),
    ...(packages === undefined ? [] : (['distribution'] as const)),
    ...(host.init === 'systemd' ? (['bundle'] as const) : []),
    'url',
  ];
}

export interface Installing {
  readonly host: Facts;
  readonly source: Source;
  readonly engine?: Partial<EngineOptions>;
  readonly more?: Partial<Wanted>;
}

/** All the steps for a host without an engine. */
export function stepsFor({ host, source, engine: changes = {}, more = {} }: Installing): readonly Step[] {
  const distribution: Distribution = distributionOf(host);
  const wish = wanted({ installUrl: source === 'url' ? 'https://get.test/' : '', ...changes }, more);
  const installation = installSteps(source, {
    engine: wish.engine,
    facts: host,
    distribution,
    repository: REPOSITORY,
    bundle: '/cache/docker.tgz',
  });
  return plan({ facts: host, wanted: wish, certificates: CERTIFICATES, installation, machineName: 'web-1' });
}
