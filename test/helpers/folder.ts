import './realm.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestFolder extends Disposable {
  readonly path: string;
}

/** A temporary folder that is removed at the end of its block. */
export function testFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'berth-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
