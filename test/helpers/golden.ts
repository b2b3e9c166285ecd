import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** The golden file's text; with UPDATE_GOLDEN=1 it becomes the actual one first, to be read as a diff. */
export function goldenFile(path: string, actual: string): string {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, actual);
  return existsSync(path) ? readFileSync(path, 'utf8') : 'there is no such golden file; run with UPDATE_GOLDEN=1';
}
