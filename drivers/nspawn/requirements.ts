import { readFileSync } from 'node:fs';
import { MachineError } from '../../src/errors.js';
import { findProgram } from '../../src/search-path.js';

/** Programs and the Debian packages that bring them. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  iptables: 'iptables',
  'mkfs.ext4': 'e2fsprogs',
  mount: 'mount',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  flock: 'util-linux',
};

/** Where Debian keeps programs: a root shell without a login has not all of them on its PATH. */
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** @throws MachineError CheckFailed, ToolMissing */
export function checkComputer(): void {
  if (process.platform !== 'linux') throw new MachineError('CheckFailed', 'the nspawn driver needs Linux');
  if (process.getuid?.() !== 0) {
    throw new MachineError('CheckFailed', 'the nspawn driver needs root', {
      suggestions: ['Run the command with sudo'],
    });
  }
  const missing = missingPackages();
  if (missing.length > 0) {
    throw new MachineError('ToolMissing', `the nspawn driver needs these packages: ${missing.join(' ')}`, {
      suggestions: [`apt-get install -y ${missing.join(' ')}`],
    });
  }
  const known = readFileSync('/proc/filesystems', 'utf8');
  const absent = ['overlay', 'ext4'].filter((name) => !known.includes(`\t${name}\n`) && !isModule(name));
  if (absent.length > 0) {
    throw new MachineError('CheckFailed', `this computer's kernel has no ${absent.join(' and no ')} file system`);
  }
}

function missingPackages(): readonly string[] {
  const missing = Object.entries(PROGRAMS).filter(([program]) => findProgram(program, FOLDERS) === undefined);
  return [...new Set(missing.map(([, name]) => name))];
}

/** The kernel loads it when it is asked for. */
function isModule(name: string): boolean {
  try {
    const release = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
    return readFileSync(`/lib/modules/${release}/modules.dep`, 'utf8').includes(`/${name}.ko`);
  } catch {
    return false;
  }
}
