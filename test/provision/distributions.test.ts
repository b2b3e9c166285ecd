import { describe, expect, it } from '@jest/globals';
import { distributionOf, dockerCodename } from '../../src/provision/distributions.js';
import { failureOf, told } from '../helpers/failure.js';
import { facts, os } from './support/hosts.js';

const row = (id: string, like: readonly string[], version = ''): string => {
  const { name, manager } = distributionOf(facts({ os: os(id, { like, version }) }));
  return `${name}, ${manager}`;
};

describe('the distribution of a host', () => {
  it.each([
    { id: 'debian', like: [], expected: 'Debian, apt' },
    { id: 'raspbian', like: ['debian'], expected: 'Debian, apt' },
    { id: 'kali', like: ['debian'], expected: 'Debian, apt' },
    { id: 'ubuntu', like: ['debian'], expected: 'Ubuntu, apt' },
    { id: 'linuxmint', like: ['ubuntu', 'debian'], expected: 'Ubuntu, apt' },
    { id: 'pop', like: ['debian', 'ubuntu'], expected: 'Ubuntu, apt' },
    { id: 'fedora', like: [], version: '42', expected: 'Fedora, dnf' },
    { id: 'amzn', like: ['centos', 'rhel', 'fedora'], version: '2', expected: 'Amazon Linux, yum' },
    { id: 'amzn', like: ['fedora'], version: '2023', expected: 'Amazon Linux, dnf' },
    { id: 'centos', like: ['rhel', 'fedora'], version: '7', expected: 'CentOS, yum' },
    { id: 'centos', like: ['rhel', 'fedora'], version: '9', expected: 'CentOS, dnf' },
    { id: 'rhel', like: ['fedora'], version: '7.9', expected: 'RHEL, yum' },
    { id: 'rhel', like: ['fedora'], version: '9.4', expected: 'RHEL, dnf' },
    { id: 'rocky', like: ['rhel', 'centos', 'fedora'], version: '9.4', expected: 'RHEL, dnf' },
    { id: 'almalinux', like: ['rhel', 'centos', 'fedora'], version: '10.0', expected: 'RHEL, dnf' },
    { id: 'ol', like: ['fedora'], version: '8.10', expected: 'RHEL, dnf' },
    { id: 'opensuse-leap', like: ['suse', 'opensuse'], version: '15.6', expected: 'SUSE, zypper' },
    { id: 'sles', like: ['suse'], version: '15.6', expected: 'SUSE, zypper' },
    { id: 'sle-micro', like: ['suse'], version: '6.0', expected: 'SUSE, zypper' },
    { id: 'endeavouros', like: ['arch'], expected: 'Arch, pacman' },
    { id: 'alpine', like: [], version: '3.22.0', expected: 'Alpine, apk' },
    { id: 'berth', like: [], version: '12', expected: 'Berth OS, image' },
  ])('$id $version is $expected', ({ id, like, version, expected }) => {
    expect(row(id, like, version)).toBe(expected);
  });

  it.each([
    { title: 'its title', system: os('plan9', { title: 'Plan 9' }), shown: 'Plan 9' },
    { title: 'its id', system: os('plan9', { title: '' }), shown: 'plan9' },
    { title: 'nothing', system: os('', { title: '' }), shown: 'unknown' },
  ])('is refused when it is not known, with $title', async ({ system, shown }) => {
    const failure = await failureOf(() => distributionOf(facts({ os: system })));

    expect(told(failure)).toEqual({
      code: 'UnsupportedHost',
      message: `berth does not know the operating system "${shown}"`,
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual([
      'Use one of Ubuntu, Debian, Fedora, Amazon Linux, CentOS, RHEL, SUSE, Arch, Alpine',
      'Install an engine on the host yourself, and run create again',
    ]);
  });
});

it('a derivative is served by the release it builds on', () => {
  const systems = [
    os('debian', { codename: 'bookworm' }),
    os('linuxmint', { codename: 'wilma', baseCodename: 'noble' }),
  ];

  expect(systems.map((system) => dockerCodename(facts({ os: system })))).toEqual(['bookworm', 'noble']);
});
