import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BADLY, oneStep, piece, WELL } from './support/pieces.js';
import { sandbox, type Sandbox } from './support/sandbox.js';

describe('a script that installs the engine', () => {
  const install = oneStep('install_engine', piece('url-install', { url: 'https://get.test/x', version: '28.2' }));

  /** A download that holds this script. */
  function downloading(script: string): Sandbox {
    const box = sandbox();
    box.fake('curl', `while [ "$1" != -o ]; do shift; done; printf %s '${script}' >"$2"`);
    return box;
  }

  it('is run with the version that is asked for', () => {
    using box = downloading('dockerd; echo "$VERSION"');
    box.fake('dockerd');

    expect(box.run(install).lines).toEqual(['@berth begin 0', '28.2', WELL]);
  });

  it.each([
    { title: 'it is empty', script: '', says: ['the script at https://get.test/x is empty'] },
    { title: 'it fails', script: 'echo no >&2; exit 3', says: ['no'], code: 3 },
    {
      title: 'it installs nothing',
      script: ':',
      says: ['the script at https://get.test/x ended well and installed no dockerd'],
    },
  ])('is a failure when $title', ({ script, says, code = 1 }) => {
    using box = downloading(script);

    expect(box.run(install).lines).toEqual(['@berth begin 0', ...says, `@berth fail 0 ${code}`]);
  });
});

describe('a static bundle', () => {
  const install = oneStep('install_engine', piece('bundle'), piece('bundle-install'));

  /** A host with a delivered bundle that holds these programs. */
  function withBundle(...programs: readonly string[]): Sandbox {
    const box = sandbox();
    for (const name of ['iptables', 'groupadd', 'systemctl']) box.fake(name);
    box.file('/etc/group', 'root:x:0:\n');
    box.file('/usr/local/bin/.keep', '');
    box.deliver(
      ['containerd.service', 'docker.service', 'docker.socket'].map((path) => ({ path, content: path, mode: 0o644 })),
    );
    const packed = join(box.root, 'packed/docker');
    mkdirSync(packed, { recursive: true });
    for (const name of programs) writeFileSync(join(packed, name), `program ${name}`, { mode: 0o755 });
    execFileSync('tar', ['-czf', join(box.work, 'bundle.tgz'), '-C', join(packed, '..'), 'docker']);
    return box;
  }

  it('is unpacked, with units of its own that start at boot', () => {
    using box = withBundle('dockerd', 'containerd');

    const { lines } = box.run(install);

    expect(lines).toEqual(['@berth begin 0', WELL]);
    expect(['dockerd', 'containerd', '.berth-new'].map((name) => box.read(`/usr/local/bin/${name}`))).toEqual([
      'program dockerd',
      'program containerd',
      undefined,
    ]);
    expect((statSync(join(box.root, 'usr/local/bin/dockerd')).mode & 0o777).toString(8)).toBe('755');
    expect(box.read('/etc/systemd/system/docker.socket')).toBe('docker.socket');
    expect(box.calls('groupadd')).toEqual([['groupadd', '--system', 'docker']]);
    expect(box.calls('systemctl').map((words) => words.slice(1).join(' '))).toEqual([
      'daemon-reload',
      'enable containerd.service docker.socket docker.service',
      'restart containerd.service',
    ]);
  });

  it('makes no group where there is one', () => {
    using box = withBundle('dockerd');
    box.file('/etc/group', 'docker:x:999:\n');

    box.run(install);

    expect(box.calls('groupadd')).toEqual([]);
  });

  it('is refused when it holds no engine', () => {
    using box = withBundle('runc');

    expect(box.run(install).lines).toEqual(['@berth begin 0', 'the bundle holds no docker/dockerd', BADLY]);
  });

  it('is a failure when it is not whole', () => {
    using box = withBundle('dockerd');
    const path = join(box.work, 'bundle.tgz');
    writeFileSync(path, readFileSync(path).subarray(0, 60));

    const { lines } = box.run(install);

    expect(lines.at(-1)).toMatch(/^@berth fail 0 /);
    expect(box.read('/usr/local/bin/dockerd')).toBeUndefined();
  });
});

it('a static bundle needs iptables on the host', () => {
  using box = sandbox();

  expect(box.run(oneStep('install_engine', piece('bundle'), piece('bundle-install'))).lines).toEqual([
    '@berth begin 0',
    'an engine needs iptables, and the host has none',
    BADLY,
  ]);
});

describe("Docker's repository", () => {
  const FINGERPRINT = 'A'.repeat(40);
  const VALUES = { url: 'https://packages.test', family: 'debian', fingerprint: FINGERPRINT };
  const apt = oneStep(
    'add_repository',
    piece('apt-locks', { withinSeconds: '3' }),
    piece('verify-key'),
    piece('apt-docker', VALUES),
  );
  const rpm = oneStep('add_repository', piece('verify-key'), piece('rpm-docker', { ...VALUES, manager: 'dnf' }));

  function host(found: string): Sandbox {
    const box = sandbox();
    for (const name of ['apt-get', 'dnf', 'dpkg', 'rpm']) box.fake(name);
    box.fake('curl', 'while [ "$1" != -o ]; do shift; done; echo key >"$2"');
    box.fake('gpg', `printf '%s\\n' pub:-: fpr:::::::::${found}: sub:-: fpr:::::::::${'C'.repeat(40)}:`);
    box.deliver(['docker.sources', 'docker.repo'].map((path) => ({ path, content: path, mode: 0o644 })));
    return box;
  }

  it('is added for apt with its key', () => {
    using box = host(FINGERPRINT);

    expect(box.run(apt).lines).toEqual(['@berth begin 0', WELL]);
    expect([box.read('/etc/apt/keyrings/docker.asc'), box.read('/etc/apt/sources.list.d/docker.sources')]).toEqual([
      'key\n',
      'docker.sources',
    ]);
    expect(box.calls('curl').at(-1)?.at(-1)).toBe('https://packages.test/linux/debian/gpg');
    expect(box.calls('apt-get').map((words) => words.slice(9).join(' '))).toEqual([
      'update',
      '--no-install-recommends install ca-certificates curl gpg',
      'update',
    ]);
  });

  it('is added for rpm with its key', () => {
    using box = host(FINGERPRINT);

    expect(box.run(rpm).lines).toEqual(['@berth begin 0', WELL]);
    expect([box.read('/etc/pki/rpm-gpg/docker.asc'), box.read('/etc/yum.repos.d/docker-ce.repo')]).toEqual([
      'key\n',
      'docker.repo',
    ]);
    expect(box.calls('rpm').map((words) => words[1])).toEqual(['--import']);
  });

  it.each([
    { title: 'apt', script: apt },
    { title: 'rpm', script: rpm },
  ])('is not added when its key is another: $title', ({ script }) => {
    using box = host('B'.repeat(40));

    const { lines } = box.run(script);

    expect(lines.slice(1)).toEqual([`the package key is ${'B'.repeat(40)}, expected ${FINGERPRINT}`, BADLY]);
    const paths = ['apt/keyrings/docker.asc', 'apt/sources.list.d/docker.sources', 'yum.repos.d/docker-ce.repo'];
    expect(paths.map((path) => box.read(`/etc/${path}`))).toEqual([undefined, undefined, undefined]);
    expect(box.calls('rpm')).toEqual([]);
  });
});
