// Builds berth as one file: a Node with the whole program inside. Of dist/ it takes the manifest alone.
// node bin/executable.js [--platform linux-x64|…] [--out PATH]
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { inject } from 'postject';
import { bundledModules } from './bundling/modules.js';
import { nodeOf, versionFor } from './executable/node.js';

const root = dirname(import.meta.dirname);
/** In one piece each: what every start loads, and what nearly every other command does. */
const GROUPS = {
  'quick.js': ['src/cli/quick.js'],
  'first.js': ['src/cli/main.js', ...['config', 'inspect', 'ls', 'ssh'].map((name) => `src/commands/${name}.js`)],
};
/** docs of Node, "Single executable applications". */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const host = `${process.platform}-${process.arch}`;
const { values } = parseArgs({
  options: {
    platform: { type: 'string', default: host },
    out: { type: 'string', default: join(root, 'dist/executable/berth') },
  },
});
const isHosts = values.platform === host;
const work = mkdtempSync(join(tmpdir(), 'berth-executable-'));
try {
  const version = versionFor(values.platform);
  const node = nodeOf(values.platform, version, root);
  const assets = join(work, 'assets');
  await writeAssets(assets);
  // V8 reads compiled code only where it was compiled: another platform's executable compiles at every start.
  if (isHosts) compile(node, assets);
  const blob = blobOf(assets, isHosts ? node : nodeOf(host, version, root));
  await writeExecutable(node, blob);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function writeAssets(folder) {
  const scripts = await bundledModules(root, GROUPS);
  const { name, version, description, oclif } = json('package.json');
  const commands = Object.values(json('oclif.manifest.json').commands);
  const index = {
    codes: Object.fromEntries(Object.keys(scripts).map((script) => [script, false])),
    packageJson: { name, version, description, oclif },
  };
  const details = commands.map(({ id, args, examples, flags }) => [
    `commands/${id.replace(':', '/')}.json`,
    JSON.stringify({ args, examples, flags }),
  ]);
  const light = commands.map(({ args: _args, examples: _examples, flags: _flags, ...rest }) => rest);
  const files = {
    ...scripts,
    ...Object.fromEntries(details),
    'index.json': JSON.stringify(index),
    'commands.json': JSON.stringify(light),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  cpSync(join(root, 'templates'), join(folder, 'templates'), { recursive: true });
}

function json(name) {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

function compile(node, folder) {
  const home = join(work, 'home');
  mkdirSync(home);
  for (const purpose of ['prepare', 'compile']) {
    execFileSync(node, [join(root, 'bin/executable/compile.cjs'), folder, purpose], {
      env: { HOME: home, PATH: process.env['PATH'], SHELL: '/bin/bash' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

function blobOf(assets, node) {
  const files = readdirSync(assets, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const output = join(work, 'blob');
  const settings = {
    output,
    main: 'start.cjs',
    disableExperimentalSEAWarning: true,
    useCodeCache: isHosts,
    assets: Object.fromEntries(paths.map((path) => [path.slice(assets.length + 1).replaceAll('\\', '/'), path])),
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(settings));
  execFileSync(node, ['--experimental-sea-config', join(work, 'sea.json')], {
    cwd: join(root, 'bin/executable'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return readFileSync(output);
}

async function writeExecutable(node, blob) {
  const path = values.platform.startsWith('win32') && !values.out.endsWith('.exe') ? `${values.out}.exe` : values.out;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  copyFileSync(node, path);
  chmodSync(path, 0o755);
  const isMac = values.platform.startsWith('darwin');
  await inject(path, 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE, ...(isMac && { machoSegmentName: 'NODE_SEA' }) });
  console.log(`${path}${isMac ? ': sign it on a Mac, codesign --sign - ' : ''}`);
}
