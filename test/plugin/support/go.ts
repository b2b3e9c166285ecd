import '../../helpers/realm.js';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Absent on computers without Go: tests that compile are skipped there. */
export const hasGo = spawnSync('go', ['version']).status === 0;
/** Behind the titles of what is skipped. */
export const unlessGo = hasGo ? '' : ' (skipped: no go on this computer)';

const SOURCES = join(import.meta.dirname, '..', 'fixtures');

/** Compiles a program of fixtures/. The standard library is enough for them, and no network is used. */
export function goBuild(source: string, output: string): void {
  const environment = { ...process.env, GO111MODULE: 'off', GOFLAGS: '', GOPROXY: 'off' };
  execFileSync('go', ['build', '-o', output, join(SOURCES, source)], { env: environment, stdio: 'pipe' });
}
