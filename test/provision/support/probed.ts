import type { Facts } from '../../../src/provision/contract.js';
import { parseFacts } from '../../../src/provision/facts.js';
import { probeScript } from '../../../src/provision/probe.js';
import { sandbox, type Sandbox } from './sandbox.js';
import type { Shell } from './shells.js';

/** Nobody listens on port 1. */
export const REQUEST = { port: 1, repositoryUrl: 'https://packages.test/' };

export function look(box: Sandbox, shell: Shell = ['sh']): Facts | undefined {
  const { lines } = box.run(probeScript({ ...REQUEST, root: box.root }), { shell, isRooted: true });
  return parseFacts(`${lines.join('\n')}\n`);
}

const DEBIAN = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=debian
`;

/** A fresh Debian, and root on it. */
export function debian(): Sandbox {
  const box = bareHost();
  box.file('/etc/os-release', DEBIAN);
  box.file('/run/systemd/system/.keep', '');
  box.fake('systemctl', 'exit 3');
  box.fake('apt-get', `echo "'http://mirror.test/debian/dists/bookworm/InRelease' mirror.test_InRelease 0"`);
  box.file('/usr/lib/apt/apt-helper', '#!/bin/sh\nexit 0\n', 0o755);
  return box;
}

export function bareHost(): Sandbox {
  const box = sandbox();
  box.fake('id', 'case "$1" in -u) echo 0 ;; *) echo root ;; esac');
  box.fake('uname', 'case "$1" in -m) echo x86_64 ;; *) echo web-1 ;; esac');
  box.fake('date', 'echo 1800000000');
  box.fake('df', 'echo Filesystem; echo /dev/sda1 40000000 10000000 20480000 40% /');
  box.fake(
    'ip',
    "printf '%s\\n' '2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever'",
  );
  box.fake('curl');
  return box;
}

export const FRESH: Facts = {
  os: {
    id: 'debian',
    like: [],
    version: '12',
    codename: 'bookworm',
    title: 'Debian GNU/Linux 12 (bookworm)',
  },
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
  reaches: { docker: true, distribution: true },
};

const UNIT = (root: string): string => `[Service]
Type=notify
ExecStart=${root}/usr/bin/dockerd -H fd:// \\
          --containerd=/run/containerd/containerd.sock \\
          $DOCKER_OPTS
`;

export function addEngine(box: Sandbox): void {
  box.file('/usr/bin/dockerd', '#!/bin/sh\necho "Docker version 28.2.2, build 45873be"\n', 0o755);
  box.file('/usr/lib/systemd/system/docker.service', UNIT(box.root));
}
