import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../../src/reporter.js';
import { renderTemplate } from '../../src/template.js';
import { run } from './local.js';

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
  const system = await thisSystem();
  const wanted = [...new Set([...PACKAGES, ...packages])].sort();
  const key = createHash('sha256').update(JSON.stringify([FORMAT, wanted, MASKED, system]));
  const root = join(CACHE, key.digest('hex').slice(0, 12));
  if (existsSync(root)) return root;
  const script = renderTemplate('nspawn/build-root.sh', {
    root,
    packages: wanted.join(','),
    suite: system.suite,
    sources: system.sources.map(({ path }) => path).join(' '),
    masked: MASKED.join(' '),
    unit: renderTemplate('nspawn/berth-cgroups.service', {}),
  });
  await report.step(`Building a small ${system.title} for all machines (once, about a minute)`, () =>
    run(['sh', '-c', script], 'build the system for machines', signal),
  );
  return root;
}

interface System {
  readonly title: string;
  readonly suite: string;
  readonly sources: readonly SourceFile[];
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

async function thisSystem(): Promise<System> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (key: string): string | undefined => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(release)?.[1];
  return {
    title: value('NAME')?.split(' ')[0] ?? 'Debian',
    suite: value('VERSION_CODENAME') ?? 'stable',
    sources: archives(await sourceFiles('/etc/apt')),
  };
}

async function sourceFiles(folder: string): Promise<readonly SourceFile[]> {
  const parts = join(folder, 'sources.list.d');
  const names = await readdir(parts).catch(() => []);
  const paths = [
    join(folder, 'sources.list'),
    ...names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(parts, name)),
  ];
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8').catch(() => '') })));
}

/** The files that name the distribution's own archive; others need keys that a small system has not. All, when none does. */
export function archives(files: readonly SourceFile[]): readonly SourceFile[] {
  const used = files.filter(({ text }) => /^\s*(deb\s|URIs:)/m.test(text));
  const own = used.filter(({ path }) => /(\/sources\.list|\/(debian|ubuntu|raspbian)\.(list|sources))$/.test(path));
  return own.length > 0 ? own : used;
}
