import { createHash } from 'node:crypto';
import { renderTemplate } from '../template.js';
import { KERNEL_COMMAND_LINE, type Arch } from './contract.js';

/** A file of the OS that is no package's. */
export interface RecipeFile {
  /** Where it stands in the system. */
  readonly path: string;
  readonly mode: number;
  readonly text: string;
}

/** Programs that a shell, a container and its engine need, and nothing else; what they need comes along. */
export function packagesOf(arch: Arch): readonly string[] {
  return [
    'busybox-static',
    'ca-certificates',
    'containerd',
    'docker.io',
    'e2fsprogs',
    'fdisk',
    'iproute2',
    'iptables',
    'kexec-tools',
    'kmod',
    'libpam-modules',
    `linux-image-cloud-${arch}`,
    'netcat-openbsd',
    'openntpd',
    'openssh-client',
    'openssh-server',
    'runc',
    'sudo',
  ];
}

/** Packages that the others name and that the OS does without: it has busybox, no scripts of maintainers, no package manager. */
export const DROPPED: readonly string[] = [
  ...[
    'adduser',
    'apparmor',
    'bash',
    'bsdutils',
    'coreutils',
    'cpio',
    'dash',
    'debconf',
    'debianutils',
    'diffutils',
    'dpkg',
  ],
  ...['findutils', 'gcc-12-base', 'gcc-14-base', 'gpgv', 'grep', 'gzip', 'hostname', 'init-system-helpers'],
  ...['initramfs-tools', 'initramfs-tools-core', 'klibc-utils', 'libbpf1', 'libdb5.3', 'libelf1'],
  ...['libfile-find-rule-perl', 'libgdbm-compat4', 'libgdbm6', 'libklibc', 'libncursesw6', 'libnumber-compare-perl'],
  ...['libpam-modules-bin', 'libpam-runtime', 'libperl5.36', 'libperl5.40', 'libproc2-0', 'libsemanage-common'],
  ...['libsemanage2', 'libsepol2', 'libtext-glob-perl', 'linux-base', 'login', 'logsave'],
  ...[
    'lsb-base',
    'mount',
    'ncurses-base',
    'ncurses-bin',
    'netbase',
    'openssh-sftp-server',
    'openssl',
    'passwd',
    'perl',
  ],
  ...[
    'perl-base',
    'perl-modules-5.36',
    'perl-modules-5.40',
    'procps',
    'psmisc',
    'readline-common',
    'runit-helper',
    'sed',
  ],
  ...['sensible-utils', 'sysvinit-utils', 'tar', 'tzdata', 'ucf', 'udev', 'usrmerge', 'util-linux', 'util-linux-extra'],
];

/** Packages that a disk's boot loader is taken from: by UEFI as Debian signed it, and by BIOS. */
export function loaderPackagesOf(arch: Arch): readonly string[] {
  return [`grub-efi-${arch}-signed`, 'shim-signed', ...(arch === 'amd64' ? ['grub-pc-bin'] : [])];
}

/** Template, place in the system, mode. */
const FILES: readonly (readonly [template: string, path: string, mode: number])[] = [
  ['boot.sh', '/usr/lib/berth/boot', 0o755],
  ['confirm.sh', '/usr/lib/berth/confirm', 0o755],
  ['containerd.conf', '/etc/containerd/config.toml', 0o644],
  ['firewall.conf', '/etc/berth/firewall', 0o644],
  ['group.conf', '/etc/group', 0o644],
  ['halt.sh', '/usr/lib/berth/halt', 0o755],
  ['hostname.conf', '/etc/hostname', 0o644],
  ['hosts.conf', '/etc/hosts', 0o644],
  ['inittab.conf', '/etc/inittab', 0o644],
  ['journalctl.sh', '/usr/bin/journalctl', 0o755],
  ['lay-out.sh', '/usr/lib/berth/lay-out', 0o755],
  ['nsswitch.conf', '/etc/nsswitch.conf', 0o644],
  ['ntpd.conf', '/etc/openntpd/ntpd.conf', 0o644],
  ['pam.conf', '/etc/pam.d/other', 0o644],
  ['passwd.conf', '/etc/passwd', 0o644],
  ['power.sh', '/etc/acpi/PWRF/00000080', 0o755],
  ['profile.sh', '/etc/profile', 0o644],
  ['rc-service.sh', '/usr/sbin/rc-service', 0o755],
  ['rc-update.sh', '/usr/sbin/rc-update', 0o755],
  ['services.sh', '/usr/lib/berth/services', 0o755],
  ['services.conf', '/etc/services', 0o644],
  ['shadow.conf', '/etc/shadow', 0o600],
  ['sshd.conf', '/etc/ssh/sshd_config', 0o600],
  ['sudoers.conf', '/etc/sudoers', 0o440],
  ['supervise.sh', '/usr/lib/berth/supervise', 0o755],
  ['sysctl.conf', '/etc/sysctl.conf', 0o644],
  ['udhcpc.sh', '/usr/lib/berth/udhcpc', 0o755],
];
const SERVICES = ['clock', 'containerd', 'docker', 'firewall', 'log', 'network', 'power', 'sysctl'];

/** The files of the system, in the order of their paths; `version` is the Debian release's number. */
export function recipeFiles(version: string): readonly RecipeFile[] {
  const plain = FILES.map(([template, path, mode]) => ({ path, mode, text: renderTemplate(`os/${template}`, {}) }));
  const services = SERVICES.map((name) => ({
    path: `/etc/init.d/${name}`,
    mode: 0o755,
    text: renderTemplate(`os/service-${name}.sh`, {}),
  }));
  const release = { path: '/etc/os-release', mode: 0o644, text: renderTemplate('os/os-release.conf', { version }) };
  return [...plain, ...services, release].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The first process of the initramfs. */
export function firstProcess(): string {
  return renderTemplate('os/initramfs.sh', {});
}

/** The configuration of a disk's boot loader. The console that the first process and GRUB write to is the screen. */
export function loaderConfiguration(arch: Arch): string {
  const serial = arch === 'amd64' ? 'ttyS0' : 'ttyAMA0';
  return renderTemplate('os/grub.conf', { options: `console=${serial} console=tty0 ${KERNEL_COMMAND_LINE}` });
}

/** All of us that goes into an image besides its packages. */
export interface Recipe {
  readonly arch: Arch;
  /** The Debian release's number. */
  readonly version: string;
  readonly script: string;
  /** Versions of the programs that pack the image. */
  readonly tools: readonly string[];
}

export function recipeSum({ arch, version, script, tools }: Recipe): string {
  const recipe = [script, firstProcess(), loaderConfiguration(arch), recipeFiles(version), DROPPED, tools];
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex');
}
