import { describe, expect, it } from '@jest/globals';
import { script } from '../../src/provision/apply.js';
import { DISTRIBUTIONS, distributionOf } from '../../src/provision/distributions.js';
import { delivery, golden } from './support/golden.js';
import { HOSTS, sourcesOf, stepsFor, type Installing } from './support/hosts.js';
import { sandbox, type Sandbox } from './support/sandbox.js';
import { hasShellcheck, objections, SHELLS } from './support/shells.js';

interface Row extends Installing {
  readonly title: string;
}

const ROWS: readonly Row[] = HOSTS.flatMap((host) =>
  sourcesOf(host).map((source) => ({ title: `${host.os.id}-${host.os.version}-${source}`, host, source })),
);

/** A script of the user's and a bundle are installed in one way everywhere. */
const goldenName = ({ host, source, title }: Row): string => {
  if (source === 'bundle') return 'bundle.sh';
  return source === 'url' ? `url-${host.init}.sh` : `${title.replace('--', '-')}.sh`;
};

describe('what is sent to a host without an engine', () => {
  it('covers every row of the table that installs anything', () => {
    const covered = new Set(HOSTS.map((host) => distributionOf(host).name));

    expect([...covered].sort()).toEqual(
      DISTRIBUTIONS.filter(({ manager }) => manager !== 'image')
        .map(({ name }) => name)
        .sort(),
    );
  });

  it.each(ROWS)('is as the golden file has it: $title', (row) => {
    const actual = delivery(stepsFor(row));

    expect(actual).toBe(golden(goldenName(row), actual));
  });

  it('pins the version that is asked for', () => {
    const texts = ROWS.map((row) => script(stepsFor({ ...row, engine: { version: '28.2' } })));

    const unpinned = ROWS.filter(
      ({ source }, index) => source !== 'bundle' && !/^ *(wanted|VERSION)=28\.2( |$)/m.test(texts[index] ?? ''),
    );
    expect(unpinned).toEqual([]);
  });
});

describe('every script', () => {
  const texts = new Map(
    ROWS.map((row) => [
      goldenName(row),
      script(stepsFor({ ...row, engine: { version: '28' }, more: { hostname: 'a' } })),
    ]),
  );

  describe.each(SHELLS)('is in the grammar of $name', ({ shell }) => {
    it.each([...texts])('%s', (_name, text) => {
      expect(objections([...shell, '-n'], text)).toBe('');
    });
  });

  (hasShellcheck ? it : it.skip).each([...texts])('gives shellcheck nothing to say: %s', (_name, text) => {
    expect(objections(['shellcheck', '-s', 'sh', '-'], text)).toBe('');
  });
});

describe('values that look like commands', () => {
  const hostile = [
    `x'y"z`,
    '$(pwned)',
    '`pwned`',
    '"; pwned; "',
    "'; pwned; '",
    '\npwned\n',
    '&& pwned | pwned #',
  ].join(' ');
  const oneLine = hostile.replaceAll('\n', ' ');
  const distinct = [...new Map(ROWS.map((row) => [`${distributionOf(row.host).manager} ${row.source}`, row])).values()];

  it.each(distinct)('run nothing: $title', ({ host, source }) => {
    using box = sandbox();
    fakeEverything(box);
    const options = { env: [`NOTE=${oneLine}`], labels: [oneLine], registryMirrors: [oneLine], storageDriver: oneLine };
    const opts = host.init === 'systemd' ? [`log-opt=${oneLine}`] : [];
    const engine = { ...options, opts, version: hostile, installUrl: source === 'url' ? hostile : '' };
    const steps = stepsFor({ host, source, engine, more: { hostname: hostile, provider: oneLine } });
    box.deliver(steps.flatMap(({ files }) => files));

    const { lines } = box.run(script(steps));

    expect(box.calls('pwned')).toEqual([]);
    expect(box.calls('hostnamectl')).toEqual([['hostnamectl', 'set-hostname', hostile]]);
    if (source === 'url') expect(box.calls('curl').at(-1)?.at(-1)).toBe(hostile);
    expect(lines).toContain('@berth end 0');
  });
});

/** Every program that a script may call, and one that none may. */
function fakeEverything(box: Sandbox): void {
  const managers = ['apt-get', 'apt-cache', 'dnf', 'yum', 'zypper', 'pacman', 'apk', 'rpm', 'gpg', 'SUSEConnect'];
  const services = ['systemctl', 'journalctl', 'rc-update', 'rc-service', 'hostname', 'hostnamectl', 'cloud-init'];
  for (const name of [
    ...managers,
    ...services,
    'docker',
    'dockerd',
    'iptables',
    'groupadd',
    'addgroup',
    'pwned',
    'uname',
  ]) {
    box.fake(name);
  }
  box.fake('curl', 'while [ "$1" != -o ]; do shift; done; echo : >"$2"');
  box.file('/etc/hosts', '127.0.0.1 localhost\n127.0.1.1 old\n');
  box.file('/etc/apk/repositories', 'https://mirror.test/v3/main\n');
  box.file('/usr/lib/systemd/system/docker.service', `[Service]\nExecStart=${box.root}/usr/bin/dockerd -H fd://\n`);
  box.file('/usr/bin/dockerd', '#!/bin/sh\necho Docker version 28.2.2, build 0\n', 0o755);
}
