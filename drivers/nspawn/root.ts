import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { localDebian } from '../../src/apt-sources.js';
import { run } from '../../src/local-program.js';
import type { Reporter } from '../../src/reporter.js';
import { renderTemplate } from '../../src/template.js';

/** Built systems, one for each list of packages: they can be removed at any time nobody runs on them, and are built anew. */
const CACHE = '/var/cache/berth/nspawn';

/** What a rented server has, and what an engine needs. */
const PACKAGES = [
  'apt-utils',
  'ca-certificates',
  'curl',
  'dbus',
  'gpg',
  'iproute2',
  'iptables',
  'iputils-ping',
  'libpam-systemd',
  'openssh-server',
  'procps',
  'sudo',
  'systemd',
  'systemd-sysv',
];

/** Units for hardware, for consoles, for a network that is set from outside, and those that install things unasked. */
const MASKED = [
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'console-getty.service',
  'getty.target',
  'modprobe@.service',
  'systemd-modules-load.service',
  'systemd-networkd.service',
  'systemd-networkd.socket',
  'systemd-resolved.service',
  'systemd-timesyncd.service',
  'systemd-udevd.service',
  'systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket',
  'systemd-udev-trigger.service',
  // With version 1 of control groups its end goes unnoticed inside, and powering off would wait for it for two minutes.
  'user@.service',
];

/** Raised when what is built from the same packages changes. */
const FORMAT = 1;

export interface RootWish {
  readonly packages: readonly string[];
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** The folder of the shared system for this list of packages, built when it is not there. @throws MachineError DriverFailed */
export async function ensureRoot({ packages, report, signal }: RootWish): Promise<string> {
  const { title, suite, sources } = await localDebian();
  const wanted = [...new Set([...PACKAGES, ...packages])].sort();
  const key = createHash('sha256').update(JSON.stringify([FORMAT, wanted, MASKED, { title, suite, sources }]));
  const root = join(CACHE, key.digest('hex').slice(0, 12));
  if (existsSync(root)) return root;
  const script = renderTemplate('nspawn/build-root.sh', {
    root,
    packages: wanted.join(','),
    suite,
    sources: sources.map(({ path }) => path).join(' '),
    masked: MASKED.join(' '),
    unit: renderTemplate('nspawn/berth-cgroups.service', {}),
  });
  await report.step(`Building a small ${title} for all machines (once, about a minute)`, () =>
    run(['sh', '-c', script], 'build the system for machines', signal),
  );
  return root;
}
