import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { licencesOf } from './licences.js';
import { bundledModules } from './modules.js';

/** In one script each: what every start loads, and what nearly every other command does. */
const GROUPS = {
  'quick.js': ['src/cli/quick.js'],
  'first.js': ['src/cli/main.js', ...['config', 'inspect', 'ls', 'ssh'].map((name) => `src/commands/${name}.js`)],
};

/**
 * Writes into a folder what bin/start.cjs starts: the scripts of the whole program, and what it knows of itself and its commands
 * by package.json and the manifest; beside them the licences of the packages in it.
 * `settings`: as bundledModules takes them; `scriptFile(name, text)`: name and content of a script's file.
 */
export async function writeProgram(root, folder, { settings, scriptFile }) {
  const { texts, packages } = await bundledModules(root, GROUPS, settings);
  const files = [
    ...Object.entries(texts).map(([name, text]) => scriptFile(name, text)),
    ...facts(root),
    ['licences.txt', licencesOf(packages)],
  ];
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function facts(root) {
  const json = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const { name, version, description, oclif } = json('package.json');
  const commands = Object.values(json('oclif.manifest.json').commands);
  const light = commands.map(({ args: _args, examples: _examples, flags: _flags, ...rest }) => rest);
  const files = [
    ['about.json', { name, version, description, oclif }],
    ['commands.json', light],
    ...commands.map(({ id, args, examples, flags }) => [
      `commands/${id.replace(':', '/')}.json`,
      { args, examples, flags },
    ]),
  ];
  return files.map(([path, value]) => [path, JSON.stringify(value)]);
}
