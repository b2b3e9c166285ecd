#!/usr/bin/env node
// To import a module of Node would take out all that it has: of node:fs even what its promises need, for longer than `berth ip`.
const { createRequire, enableCompileCache } = process.getBuiltinModule('node:module');
const { readFileSync } = process.getBuiltinModule('node:fs');
const { dirname } = process.getBuiltinModule('node:path');

// Node 22.8 and later keep compiled code between runs; 20 does not have the call.
enableCompileCache?.();

const require = createRequire(import.meta.url);
const root = dirname(import.meta.dirname);
const program = `${root}/dist/program`;
await require('./start.cjs')({
  ...{ root, url: import.meta.url, require },
  functionOf: (name) => require(`${program}/${name.replace(/js$/, 'cjs')}`),
  text: (path) => readFileSync(`${program}/${path}`, 'utf8'),
});
