import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Packages of Debian by their programs. */
export type Packages = Readonly<Record<string, string>>;

/** Programs of Debian's packages that the real hosts and what is done to them need. */
const PROGRAMS: Packages = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  iptables: 'iptables',
  perl: 'perl',
  ssh: 'openssh-client',
  'mkfs.ext4': 'e2fsprogs',
  busybox: 'busybox-static',
};

/** Why tests that need these programs cannot run here, or undefined. */
export function lacking(programs: Packages): string | undefined {
  const absent = Object.entries(programs).flatMap(([program, name]) => (onPath(program) ? [] : [name]));
  return absent.length === 0 ? undefined : `these Debian packages are missing: ${[...new Set(absent)].join(' ')}`;
}

/** Why no real host can be made here, or not used with these programs; otherwise undefined. */
export function missing(programs: Packages = {}): string | undefined {
  if (process.platform !== 'linux') return 'real hosts need Linux';
  if (process.getuid?.() !== 0) return 'real hosts need root';
  return lacking({ ...PROGRAMS, ...programs });
}

/** `describe`, or a skipped one that says why in one line. */
export const describeReal = describeRealWith({});

/** As describeReal, for tests that need these programs as well. */
export function describeRealWith(programs: Packages): (title: string, body: () => void) => void {
  return (title, body) => {
    const reason = missing(programs);
    if (reason !== undefined) process.stderr.write(`skipped: ${title}: ${reason}\n`);
    (reason === undefined ? describe : describe.skip)(title, body);
  };
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
