import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sh } from './berth.js';

/** A folder as download.docker.com has it for Debian, signed by a key of its own. */
export interface AptRepository {
  readonly folder: string;
  /** Of the key that signs. */
  readonly fingerprint: string;
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly depends: string;
  /** Where each file comes from, by its path on the host. */
  readonly files: Readonly<Record<string, string>>;
  readonly postinst?: string;
}

const POSTINST = `#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
UNITS
systemctl daemon-reload
systemctl enable $units
systemctl start $units
`;

/** Packages as Docker names and lays them out, made of Debian's in that folder. `versions` are those of docker-ce. */
export async function dockerRepository(debian: string, versions: readonly string[]): Promise<AptRepository> {
  const [architecture, release] = [
    (await sh('dpkg', '--print-architecture')).trim(),
    readFileSync('/etc/os-release', 'utf8'),
  ];
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1] ?? '';
  const folder = join(debian, 'repository');
  const root = join(folder, 'linux/debian');
  mkdirSync(join(root, 'pool'), { recursive: true });
  for (const item of dockerPackages(debian, versions)) await build(item, { architecture, pool: join(root, 'pool') });
  await index(root, { architecture, codename });
  return { folder, fingerprint: await sign(root, { codename, home: join(debian, 'gpg') }) };
}

function dockerPackages(debian: string, versions: readonly string[]): readonly Package[] {
  const unit = (name: string): string => join(debian, `docker.io/lib/systemd/system/${name}`);
  // Debian's dockerd stands in sbin, Docker's own in bin.
  writeFileSync(
    unit('docker.service'),
    readFileSync(unit('docker.service'), 'utf8').replace('/usr/sbin/dockerd', '/usr/bin/dockerd'),
  );
  const shared = 'libc6, libdevmapper1.02.1, libseccomp2, libsystemd0';
  const engines = versions.map((version) => ({
    name: 'docker-ce',
    version,
    depends: `${shared}, containerd.io, docker-ce-cli, iptables`,
    files: {
      'usr/bin/dockerd': join(debian, 'docker.io/usr/sbin/dockerd'),
      'usr/bin/docker-proxy': join(debian, 'docker.io/usr/sbin/docker-proxy'),
      'usr/bin/docker-init': join(debian, 'tini/usr/bin/tini-static'),
      'lib/systemd/system/docker.service': unit('docker.service'),
      'lib/systemd/system/docker.socket': unit('docker.socket'),
    },
    postinst: POSTINST.replace(
      'UNITS',
      'getent group docker >/dev/null || groupadd --system docker\nunits="docker.service docker.socket"',
    ),
  }));
  return [
    ...engines,
    {
      name: 'docker-ce-cli',
      version: versions[0] ?? '',
      depends: 'libc6',
      files: { 'usr/bin/docker': join(debian, 'docker.io/usr/bin/docker') },
    },
    {
      name: 'containerd.io',
      version: '1.6.20-1',
      depends: shared,
      files: {
        ...Object.fromEntries(
          ['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) => [
            `usr/bin/${name}`,
            join(debian, 'containerd/usr/bin', name),
          ]),
        ),
        'usr/bin/runc': join(debian, 'runc/usr/sbin/runc'),
        'lib/systemd/system/containerd.service': join(debian, 'containerd/lib/systemd/system/containerd.service'),
      },
      postinst: POSTINST.replace('UNITS', 'units=containerd.service'),
    },
  ];
}

async function build(item: Package, { architecture, pool }: { architecture: string; pool: string }): Promise<void> {
  const tree = join(pool, '../..', `${item.name}-tree`);
  for (const [path, source] of Object.entries(item.files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    copyFileSync(source, join(tree, path));
  }
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  const control = {
    Package: item.name,
    Version: item.version,
    Architecture: architecture,
    Maintainer: 'tester <tester@example.com>',
    Depends: item.depends,
    Description: 'stand-in',
  };
  writeFileSync(
    join(tree, 'DEBIAN/control'),
    Object.entries(control)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  );
  if (item.postinst !== undefined) {
    writeFileSync(join(tree, 'DEBIAN/postinst'), item.postinst);
    chmodSync(join(tree, 'DEBIAN/postinst'), 0o755);
  }
  // Quickly rather than small: it goes no further than this computer.
  const file = `${item.name}_${item.version.replace(/^\d+:/, '')}_${architecture}.deb`;
  await sh('dpkg-deb', '--root-owner-group', '-Zgzip', '-z1', '-b', tree, join(pool, file));
}

async function index(
  root: string,
  { architecture, codename }: { architecture: string; codename: string },
): Promise<void> {
  const suite = join(root, 'dists', codename);
  const path = `stable/binary-${architecture}/Packages`;
  mkdirSync(dirname(join(suite, path)), { recursive: true });
  const packages = await sh('sh', '-c', 'cd "$1" && dpkg-scanpackages -m pool 2>/dev/null', 'sh', root);
  writeFileSync(join(suite, path), packages);
  const sum = createHash('sha256').update(packages).digest('hex');
  const release = {
    Origin: 'Docker',
    Suite: codename,
    Codename: codename,
    Date: (await sh('date', '-Ru')).trim().replace('+0000', 'UTC'),
    Architectures: architecture,
    Components: 'stable',
    SHA256: `\n ${sum} ${Buffer.byteLength(packages)} ${path}`,
  };
  writeFileSync(
    join(suite, 'Release'),
    Object.entries(release)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  );
}

/** Signs with a throw-away key, puts it where Docker has its own, and returns its fingerprint. */
async function sign(root: string, { codename, home }: { codename: string; home: string }): Promise<string> {
  mkdirSync(home, { mode: 0o700 });
  const gpg = (...words: string[]): Promise<string> => sh('gpg', '--homedir', home, '--batch', '--yes', '-q', ...words);
  try {
    await gpg('--passphrase', '', '--quick-gen-key', 'tester@example.com', 'rsa2048', 'sign', 'never');
    const release = join(root, 'dists', codename, 'Release');
    await gpg('--clearsign', '-o', join(dirname(release), 'InRelease'), release);
    await gpg('-ab', '-o', `${release}.gpg`, release);
    await gpg('--armor', '-o', join(root, 'gpg'), '--export');
    return /^fpr:+([0-9A-F]{40}):/m.exec(await gpg('--with-colons', '--list-keys'))?.[1] ?? '';
  } finally {
    await sh('gpgconf', '--homedir', home, '--kill', 'all');
  }
}
