import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs of Debian's packages that the real hosts and what is done to them need. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  iptables: 'iptables',
  perl: 'perl',
  ssh: 'openssh-client',
  'mkfs.ext4': 'e2fsprogs',
  busybox: 'busybox-static',
};

/** Why no real host can be made here, or undefined. */
export function missing(): string | undefined {
  if (process.platform !== 'linux') return 'real hosts need Linux';
  if (process.getuid?.() !== 0) return 'real hosts need root';
  const absent = Object.entries(PROGRAMS).flatMap(([program, name]) => (onPath(program) ? [] : [name]));
  return absent.length === 0 ? undefined : `these Debian packages are missing: ${[...new Set(absent)].join(' ')}`;
}

/** `describe`, or a skipped one that says why in one line. */
export function describeReal(title: string, body: () => void): void {
  const reason = missing();
  if (reason !== undefined) process.stderr.write(`skipped: ${title}: ${reason}\n`);
  (reason === undefined ? describe : describe.skip)(title, body);
}

export function onPath(program: string): boolean {
  const folders = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
