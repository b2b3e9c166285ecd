import '../../helpers/realm.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transformFileSync } from '@swc/core';

const SRC = resolve(import.meta.dirname, '../../../src');

/** Runs a script in a process of its own, with src/plugin compiled beside it as ./plugin. */
export function runBeside(folder: string, script: string): ChildProcess {
  const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && (file.startsWith('plugin/') || !file.includes('/')),
  );
  for (const file of sources) {
    const { code } = transformFileSync(join(SRC, file), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    const path = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'script.js'), script);
  return spawn(process.execPath, [join(folder, 'script.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
}
