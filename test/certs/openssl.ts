import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A test that asks openssl for a second opinion; its title says so where there is none. */
export function itAsksOpenssl(title: string, test: () => Promise<void>): void {
  if (hasOpenssl) it(title, test, 20_000);
  else it.skip(`${title} (skipped: openssl is not installed)`, test);
}

/** What it prints on stdout; what it refuses is the failure's message. */
export async function openssl(...words: readonly string[]): Promise<string> {
  return (await run('openssl', words)).stdout;
}
