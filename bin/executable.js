// Builds berth as one file: a Node with the whole program inside. Of dist/ it takes the manifest alone.
// node bin/executable.js [--platform linux-x64|…] [--out PATH]
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
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
import { build } from 'esbuild';
import { inject } from 'postject';
import { insideTemplates } from './bundling/plugins.js';
import { writeProgram } from './bundling/program.js';
import { nodeOf, versionFor } from './executable/node.js';
import { withoutSignature } from './executable/signature.js';

const root = dirname(import.meta.dirname);
/** docs of Node, "Single executable applications". */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const host = `${process.platform}-${process.arch}`;
const { values } = parseArgs({
  options: {
    platform: { type: 'string', default: host },
    out: { type: 'string', default: join(root, 'dist/executable/berth') },
  },
});
const isWindows = values.platform.startsWith('win32');
const isHosts = values.platform === host;
const work = mkdtempSync(join(tmpdir(), 'berth-executable-'));
try {
  const version = versionFor(values.platform);
  const node = nodeOf(values.platform, version, root);
  const assets = join(work, 'assets');
  const main = join(work, 'main.cjs');
  await writeAssets(assets, main);
  const licences = takenLicences(assets, node);
  // V8 reads compiled code only where it was compiled: another platform's executable compiles at every start.
  if (isHosts) compile(node, assets, main);
  const blob = blobOf({ assets, main }, isHosts ? node : nodeOf(host, version, root));
  const path = await writeExecutable(node, blob);
  writeFileSync(`${path}.licences.txt`, licences);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function writeAssets(folder, main) {
  await writeProgram(root, folder, {
    settings: { target: 'node24', plugins: [insideTemplates] },
    scriptFile: (name, text) => [name, text],
  });
  cpSync(join(root, 'templates'), join(folder, 'templates'), { recursive: true });
  await build({
    ...{ entryPoints: [join(root, 'bin/executable/main.cjs')], outfile: main, bundle: true },
    ...{ platform: 'node', format: 'cjs', minifyWhitespace: true },
  });
}

/** Nobody reads them inside: they go beside the executable, with that of its Node. */
function takenLicences(folder, node) {
  const [ofNode, ofPackages] = [join(dirname(dirname(node)), 'LICENSE'), join(folder, 'licences.txt')];
  const texts = [ofNode, ofPackages].map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''));
  rmSync(ofPackages);
  return texts.join('\n');
}

function compile(node, folder, main) {
  const home = join(work, 'home');
  mkdirSync(home);
  for (const purpose of ['prepare', 'compile']) {
    execFileSync(node, [join(root, 'bin/executable/compile.cjs'), folder, main, purpose], {
      env: { HOME: home, PATH: process.env['PATH'], SHELL: '/bin/bash' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

function blobOf({ assets, main }, node) {
  const files = readdirSync(assets, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const output = join(work, 'blob');
  const settings = {
    output,
    main,
    disableExperimentalSEAWarning: true,
    useCodeCache: isHosts,
    // What a quick answer allocates fits, in MB: V8 would begin with less, and tidy up in the middle of it. For code of which it
    // makes more, it would wake another thread. Of V8's flags these are some that leave what was compiled before usable.
    execArgv: ['--min-semi-space-size=4', '--no-concurrent-sparkplug'],
    assets: Object.fromEntries(paths.map((path) => [path.slice(assets.length + 1).replaceAll('\\', '/'), path])),
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(settings));
  execFileSync(node, ['--experimental-sea-config', join(work, 'sea.json')], { stdio: ['ignore', 'ignore', 'inherit'] });
  return readFileSync(output);
}

async function writeExecutable(node, blob) {
  const path = isWindows && !values.out.endsWith('.exe') ? `${values.out}.exe` : values.out;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  if (isWindows) writeFileSync(path, withoutSignature(readFileSync(node)));
  else copyFileSync(node, path);
  chmodSync(path, 0o755);
  const isMac = values.platform.startsWith('darwin');
  await inject(path, 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE, ...(isMac && { machoSegmentName: 'NODE_SEA' }) });
  console.log(`${path}${isMac ? ': sign it on a Mac, codesign --sign - ' : ''}`);
  return path;
}
