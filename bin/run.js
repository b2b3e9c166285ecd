#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { dirname } from 'node:path';

// Node 22.8 and later keep compiled code between runs; 20 does not have the call.
module.enableCompileCache?.();

const root = dirname(import.meta.dirname);
const json = (name) => JSON.parse(readFileSync(`${root}/${name}`, 'utf8'));
const packageJson = json('package.json');
const commands = () => Object.values(json('oclif.manifest.json').commands);
const { answeredQuickly, watchStdout } = await import('../dist/src/cli/quick.js');
watchStdout();
if (!(await answeredQuickly(process.argv, { root, version: () => packageJson.version, commands }))) {
  const { main } = await import('../dist/src/cli/main.js');
  await main(process.argv, {
    root,
    packageJson,
    commands: commands(),
    command: (id) => import(`../dist/src/commands/${id.replace(':', '/')}.js`),
    help: () => import('../dist/src/cli/help.js'),
  });
}
