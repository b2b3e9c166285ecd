import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A tar with one static busybox as /bin/busybox, for `docker import -`: no registry is needed. */
export function busyboxImage(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'berth-image-'));
  try {
    mkdirSync(join(folder, 'bin'));
    copyFileSync('/bin/busybox', join(folder, 'bin/busybox'));
    return execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 64 << 20 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
