// Part of the build: writes the program for bin/run.js, as few scripts out of some hundred modules, packages among them: to
// install it brings, and compiles, nothing else. What is loaded lazily stays lazy.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeProgram } from './bundling/program.js';

const root = dirname(import.meta.dirname);
const folder = join(root, 'dist/program');

rmSync(folder, { recursive: true, force: true });
await writeProgram(root, folder, {
  settings: { target: 'node20.19', isReadable: true },
  scriptFile: (name, text) => [name.replace(/js$/, 'cjs'), `module.exports = ${text};\n`],
});
