import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { bootScript } from '../../src/provision/first-boot.js';
import { DEFAULT_ENGINE, type EngineOptions } from '../../src/record.js';
import { sandbox, type Sandbox } from './support/sandbox.js';
import { SHELLS } from './support/shells.js';

const OS = {
  debian: 'ID=debian\nVERSION_CODENAME=bookworm\n',
  ubuntu: 'ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\n',
  rocky: 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.6"\n',
  amazon: 'ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n',
  alpine: 'ID=alpine\n',
} as const;

const KEY = { apt: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88', rpm: '060A61C51B558A7F742B77AAC52FEB6B621E9F35' };

/** A host of a distribution; packages' programs are fakes whose calls are recorded. */
function host(os: keyof typeof OS, manager: 'apt-get' | 'dnf' | '' = 'apt-get'): Sandbox {
  const box = sandbox();
  box.file('/etc/os-release', OS[os]);
  box.file('/run/systemd/system/.keep', '');
  box.tools('cat', 'mktemp', 'mv', 'rm', 'date');
  if (manager !== '') box.fake(manager);
  box.fake('apt-cache', 'exit 1');
  for (const name of ['dpkg', 'rpm', 'chown', 'sleep', 'wget']) box.fake(name);
  box.fake('curl', 'while [ "$#" -gt 1 ]; do [ "$1" != -o ] || [ "$2" = /dev/null ] || echo key >"$2"; shift; done');
  const key = manager === 'dnf' ? KEY.rpm : KEY.apt;
  box.fake('gpg', `case "$*" in *dump*) echo --show-keys ;; *) echo pub; echo fpr:::::::::${key}: ;; esac`);
  return box;
}

const run = (box: Sandbox, engine: Partial<EngineOptions> = {}, shell = SHELLS[0]?.shell): ReturnType<Sandbox['run']> =>
  box.run(bootScript({ ...DEFAULT_ENGINE, ...engine }), shell === undefined ? {} : { shell });

const installs = (box: Sandbox): readonly string[] =>
  box
    .calls()
    .filter((words) => words.includes('install'))
    .map((words) => words.slice(words.indexOf('install')).join(' '));

const mark = (box: Sandbox): string | undefined => box.read('/var/lib/berth/first-boot');

describe.each(SHELLS)('the script of the first boot in $name', ({ shell }) => {
  it.each([
    ['debian', 'apt-get', 'debian'],
    ['ubuntu', 'apt-get', 'ubuntu'],
  ] as const)("brings %s Docker's packages from its repository, with the pinned key", (os, manager, family) => {
    using box = host(os, manager);

    const { status } = run(box, {}, shell);

    expect(installs(box)).toEqual([
      'install ca-certificates curl gpg',
      'install docker-ce docker-ce-cli containerd.io iptables',
    ]);
    expect(box.read('/etc/apt/sources.list.d/docker.sources')).toBe(
      `Types: deb\nURIs: https://download.docker.com/linux/${family}\nSuites: ${os === 'debian' ? 'bookworm' : 'noble'}\n` +
        `Components: stable\nSigned-By: ${box.root}/etc/apt/keyrings/docker.asc\n`,
    );
    expect([status, mark(box)]).toEqual([0, '0\n']);
  });

  it("takes the distribution's package where Docker's repository is not reached", () => {
    using box = host('debian');
    box.fake('curl', 'exit 7');

    run(box, {}, shell);

    expect(installs(box)).toEqual(['install docker.io iptables ca-certificates']);
    expect(mark(box)).toBe('0\n');
  });

  it("takes the distribution's package where the key is not Docker's", () => {
    using box = host('debian');
    box.fake('gpg', 'case "$*" in *dump*) echo --show-keys ;; *) echo pub; echo fpr:::::::::0000: ;; esac');

    run(box, {}, shell);

    expect(installs(box)).toEqual(['install ca-certificates curl gpg', 'install docker.io iptables ca-certificates']);
    expect(box.read('/etc/apt/sources.list.d/docker.sources')).toBeUndefined();
  });

  it("knows what a distribution is like, and takes RHEL's repository for Rocky", () => {
    using box = host('rocky', 'dnf');

    run(box, {}, shell);

    expect(box.read('/etc/yum.repos.d/docker-ce.repo')).toContain(
      'baseurl=https://download.docker.com/linux/rhel/$releasever/$basearch/stable\n',
    );
    expect(installs(box)).toEqual(['install docker-ce docker-ce-cli containerd.io iptables']);
  });

  it('takes the package of a distribution that Docker does not serve', () => {
    using box = host('amazon', 'dnf');

    run(box, {}, shell);

    expect(installs(box)).toEqual(['install docker iptables ca-certificates']);
  });

  it('does nothing where an engine is', () => {
    using box = host('debian');
    box.fake('dockerd');

    run(box, {}, shell);

    expect([installs(box), mark(box)]).toEqual([[], '0\n']);
  });

  it('leaves what it does not know to provisioning', () => {
    using box = host('alpine', '');

    run(box, {}, shell);

    expect([installs(box), mark(box)]).toEqual([[], '0\n']);
  });

  it('leaves the mark of a failure', () => {
    using box = host('debian');
    box.fake('apt-get', 'exit 100');

    run(box, {}, shell);

    expect(mark(box)).toBe('1\n');
  });

  it("takes only Docker's packages when told so", () => {
    using box = host('debian');
    box.fake('curl', 'exit 7');

    run(box, { source: 'docker' }, shell);

    expect([installs(box), mark(box)]).toEqual([[], '1\n']);
  });

  it("takes only the distribution's packages when told so", () => {
    using box = host('debian');

    run(box, { source: 'distribution' }, shell);

    expect(installs(box)).toEqual(['install docker.io iptables ca-certificates']);
  });

  it('runs a script of the user with its version', () => {
    using box = host('debian');
    box.fake(
      'curl',
      'while [ "$#" -gt 1 ]; do [ "$1" != -o ] || echo "touch $2.ran; echo $VERSION" >"$2"; shift; done',
    );

    const { lines } = run(box, { installUrl: "https://example.com/it's", version: '28.2' }, shell);

    expect(lines).toContain("the script at https://example.com/it's ended well and installed no dockerd");
    expect(mark(box)).toBe('1\n');
  });
});

describe('the script of the first boot', () => {
  it('leaves room in the user-data of every provider', () => {
    const script = bootScript(DEFAULT_ENGINE);

    expect(Buffer.byteLength(script)).toBeLessThan(10_000);
    expect(script.startsWith('#!/bin/sh\n')).toBe(true);
  });

  it.each(SHELLS)('is a script of $name', ({ shell: [program = 'sh', ...words] }) => {
    const { status, stderr } = spawnSync(program, [...words, '-n'], {
      input: bootScript(DEFAULT_ENGINE),
      encoding: 'utf8',
    });

    expect([status, stderr]).toEqual([0, '']);
  });
});
