import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A tar with one static busybox as /bin/busybox, and these files in /www, for `docker import -`: no registry is needed. */
export function busyboxImage(files: Readonly<Record<string, Buffer>> = {}): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'berth-image-'));
  try {
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'www'));
    copyFileSync('/bin/busybox', join(folder, 'bin/busybox'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'www', name), content);
    return execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 64 << 20 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
