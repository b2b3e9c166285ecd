import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { driverNames } from '../drivers/index.js';

const ROOT = resolve(import.meta.dirname, '..');

/** Which folder may import what besides itself; npm packages in their own column. Types count like values. */
const LAYERS: readonly { folder: string; imports: readonly string[]; packages: readonly string[] }[] = [
  { folder: 'src', imports: [], packages: [] },
  { folder: 'src/host', imports: ['src'], packages: ['ssh2', 'ssh-config', 'tar-stream'] },
  { folder: 'src/cloud', imports: ['src'], packages: [] },
  { folder: 'src/certs', imports: ['src'], packages: ['node-forge'] },
  { folder: 'src/store', imports: ['src'], packages: ['tar-stream'] },
  { folder: 'src/os', imports: ['src'], packages: [] },
  { folder: 'src/shell', imports: ['src'], packages: [] },
  { folder: 'src/shell/completion', imports: ['src'], packages: [] },
  { folder: 'src/gotemplate', imports: ['src'], packages: [] },
  { folder: 'src/plugin', imports: ['src', 'src/plugin/gob'], packages: [] },
  { folder: 'src/plugin/gob', imports: ['src'], packages: [] },
  { folder: 'src/engine', imports: ['src', 'src/host'], packages: [] },
  { folder: 'src/provision', imports: ['src', 'src/host', 'src/engine'], packages: [] },
  { folder: 'src/swarm', imports: ['src', 'src/host', 'src/engine'], packages: [] },
  { folder: 'src/replace', imports: ['src', 'src/host', 'src/os', 'src/provision'], packages: [] },
  {
    folder: 'src/lifecycle',
    imports: [
      'src',
      'src/cloud',
      'src/store',
      'src/engine',
      'src/provision',
      'src/host',
      'src/certs',
      'src/swarm',
      'src/replace',
    ],
    packages: [],
  },
  {
    folder: 'src/doctor',
    imports: ['src', 'src/store', 'src/engine', 'src/certs', 'src/lifecycle', 'src/shell'],
    packages: [],
  },
  {
    folder: 'src/cli',
    imports: [
      'src',
      'src/cloud',
      'src/store',
      'src/engine',
      'src/provision',
      'src/replace',
      'src/host',
      'src/certs',
      'src/lifecycle',
      'src/doctor',
      'src/swarm',
      'src/shell',
      'src/shell/completion',
      'src/plugin',
      'src/os',
      'src/gotemplate',
      'drivers',
    ],
    packages: ['@oclif/core', 'inquirer', 'yaml'],
  },
  {
    folder: 'src/commands/*',
    imports: ['src', 'src/cli', 'src/os', 'src/lifecycle', 'src/swarm', 'drivers'],
    packages: ['@oclif/core'],
  },
  {
    folder: 'src/commands',
    imports: [
      'src',
      'src/cli',
      'src/cloud',
      'src/lifecycle',
      'src/doctor',
      'src/swarm',
      'src/shell',
      'src/shell/completion',
      'src/gotemplate',
      'drivers',
    ],
    packages: ['@oclif/core'],
  },
  { folder: 'drivers', imports: ['src', 'drivers/*'], packages: [] },
  {
    folder: 'drivers/amazonec2',
    imports: ['src', 'src/cloud'],
    packages: ['@aws-sdk/client-ec2', '@aws-sdk/credential-providers'],
  },
  { folder: 'drivers/digitalocean', imports: ['src', 'src/cloud'], packages: ['yaml'] },
  {
    folder: 'drivers/google',
    imports: ['src', 'src/cloud'],
    packages: ['@google-cloud/compute', 'google-auth-library', 'google-gax'],
  },
  { folder: 'drivers/openstack', imports: ['src', 'src/cloud'], packages: ['yaml'] },
  { folder: 'drivers/qemu', imports: ['src', 'src/os'], packages: [] },
  { folder: 'drivers/*', imports: ['src', 'src/cloud'], packages: [] },
];
/** Files of one folder above the limit would hide that they hold two things. */
const LONGEST_FILE = 200;
/** The one place where each of these may stand. */
const ONLY_IN: readonly { what: RegExp; where: RegExp }[] = [
  { what: /\bconsole\.(log|info|warn|error|debug|trace|table)\b/, where: /^src\/cli\// },
  { what: /\bprocess\.(exit|env|stdout|stderr|stdin)\b/, where: /^src\/(cli|commands)\/|^src\/host\/shell\.ts$/ },
  { what: /\bawait import\(|=> import\(/, where: /^src\/cli\/(program|prompt|yaml)\.ts$|^drivers\/[^/]+\/index\.ts$/ },
];

const files = [...walk('src'), ...walk('drivers')];

describe('the architecture', () => {
  it.each(files)('%s imports only what its layer may', (file) => {
    const layer = layerOf(file);

    const strays = importsOf(file).filter(({ target }) => !allowed(layer, target, file));

    expect(strays.map(({ target }) => target)).toEqual([]);
  });

  it.each(files)(`%s has at most ${LONGEST_FILE} lines`, (file) => {
    expect(text(file).split('\n').length - 1).toBeLessThanOrEqual(LONGEST_FILE);
  });

  it.each(ONLY_IN)('keeps $what in $where', ({ what, where }) => {
    const strays = files.filter((file) => !where.test(file) && what.test(withoutComments(text(file))));

    expect(strays).toEqual([]);
  });

  it('has a registry that equals the folders of drivers/', () => {
    const folders = readdirSync(join(ROOT, 'drivers')).filter((name) =>
      statSync(join(ROOT, 'drivers', name)).isDirectory(),
    );

    expect([...driverNames].sort()).toEqual(folders.sort());
  });

  it.each(walk('src/commands'))('%s loads no package but oclif before it runs', (command) => {
    expect(packagesOf(command).filter((name) => name !== '@oclif/core')).toEqual([]);
  });

  it('gives quick answers without any package', () => {
    expect(packagesOf('src/cli/quick.ts')).toEqual([]);
  });
});

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  for (const match of text(file).matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\s+from\s+)?['"]([^'"]+)['"]/gm,
  )) {
    found.push({ target: match[2] ?? '', typeOnly: match[1] !== undefined });
  }
  for (const match of text(file).matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ target: match[1] ?? '', typeOnly: true });
  return found;
}

function valueImports(file: string): string[] {
  return importsOf(file).flatMap(({ target, typeOnly }) => (typeOnly ? [] : [target]));
}

/** The packages that are loaded, without being asked for, when the file is. */
function packagesOf(file: string): string[] {
  return [...staticClosure(file)]
    .flatMap((one) => valueImports(one))
    .filter((target) => !target.startsWith('.') && !target.startsWith('node:'));
}

/** Everything that is loaded, without being asked for, when the file is. */
function staticClosure(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const target of valueImports(file).filter((name) => name.startsWith('.')))
    staticClosure(resolveFrom(file, target), seen);
  return seen;
}

function allowed(layer: (typeof LAYERS)[number], target: string, file: string): boolean {
  if (target.startsWith('node:')) return true;
  if (!target.startsWith('.'))
    return layer.packages.includes(
      target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  const folder = dirname(resolveFrom(file, target));
  if (folder === dirname(file)) return true;
  return layer.imports.some(
    (name) => name === folder || (name.endsWith('/*') && dirname(folder) === name.slice(0, -2)),
  );
}

function layerOf(file: string): (typeof LAYERS)[number] {
  const folder = dirname(file);
  const layer =
    LAYERS.find((one) => one.folder === folder) ?? LAYERS.find((one) => one.folder === `${dirname(folder)}/*`);
  if (!layer) throw new Error(`${file} stands in no layer: name its folder in the table above`);
  return layer;
}

function resolveFrom(file: string, target: string): string {
  return relative(ROOT, resolve(ROOT, dirname(file), target)).replace(/\.js$/, '.ts');
}

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();
}

function text(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
