import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { build, transform } from 'esbuild';
import { googleClients } from './google.js';
import { packagesOf } from './licences.js';
import {
  APART,
  apart,
  apartName,
  compiledHalfOfSsh2,
  driverName,
  lazyBuiltins,
  lazyDrivers,
  lazyOclif,
} from './plugins.js';

/** What both passes of esbuild have in common. */
const SETTINGS = { write: false, bundle: true, platform: 'node', minifySyntax: true, logLevel: 'warning' };

/**
 * The whole program, packages and all, as the texts of functions `(require, module, exports, root, moduleUrl) => …` by name. Each
 * of the `groups`, by name, is one function that sets its `module.exports` to the exports, by name, of all that its modules load
 * when they do and no group before it has, the first also what drivers have in common; all the rest is one function each. They
 * require each other by their names. With them the folders of the `packages` that they came from.
 * `target`: the oldest Node; `plugins`: besides those of every form; `isReadable`: in lines, for stacks that name them.
 */
export async function bundledModules(root, groups, settings) {
  const { chunks, packages } = await chunksOf(root, settings);
  const grouped = new Set();
  const texts = {};
  const alike = sharedByDrivers(chunks);
  for (const [group, wanted] of Object.entries(groups)) {
    const loaded = loadedWith([...wanted, ...alike], chunks).filter((name) => !grouped.has(name));
    for (const name of loaded) grouped.add(name);
    texts[group] = await asOneFunction(loaded, chunks, settings);
  }
  for (const [name, { text }] of chunks) if (!grouped.has(name)) texts[name] = await asFunction(name, text, settings);
  return { texts, packages };
}

/** Modules of the language: one for each entry, and one for what several of them share. */
async function chunksOf(root, { target, plugins = [] }) {
  const { outputFiles, metafile } = await build({
    ...SETTINGS,
    target,
    absWorkingDir: root,
    entryPoints: entries(root),
    outdir: '.',
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
    splitting: true,
    // Errors are told apart by the names of their classes.
    keepNames: true,
    format: 'esm',
    define: { 'import.meta.url': 'moduleUrl', 'import.meta.dirname': 'root', __dirname: 'root', __filename: 'root' },
    plugins: [compiledHalfOfSsh2, googleClients, apart, lazyDrivers, ...plugins, lazyBuiltins, lazyOclif],
    external: ['cpu-features', 'typescript'],
  });
  const chunks = outputFiles.map(({ path, text }) => {
    const name = path.slice(root.length + 1).replaceAll('\\', '/');
    const { imports, exports } = metafile.outputs[name];
    return [
      name,
      {
        text: withNamesOfClasses(text).replaceAll('__require("drivers/', 'require("drivers/'),
        imports: imports
          .filter(({ kind, external }) => kind === 'import-statement' && !external)
          .map(({ path }) => path),
        exports,
      },
    ];
  });
  return { chunks: new Map(chunks), packages: packagesOf(root, Object.keys(metafile.inputs)) };
}

function entries(root) {
  const commands = readdirSync(join(root, 'src/commands'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/commands/${name.replaceAll('\\', '/')}`);
  const drivers = readdirSync(join(root, 'drivers'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries([
    ...['src/cli/quick.ts', 'src/cli/main.ts', 'src/cli/help.ts', ...commands].map((path) => [
      path.replace(/\.ts$/, ''),
      path,
    ]),
    ...drivers.map(({ name }) => [driverName(name), `drivers/${name}/index.ts`]),
    ...APART.map((module) => [apartName(module), module.startsWith('@') ? `./node_modules/${module}` : module]),
  ]);
}

/** What several drivers need to say what they are: little, and nobody knows which of them a line is about. */
function sharedByDrivers(chunks) {
  const drivers = [...chunks.keys()].filter((name) => /^drivers\/\w+\/index\.js$/.test(name));
  const needed = drivers.flatMap((name) => loadedWith([name], chunks));
  return needed.filter((name, index) => needed.indexOf(name) < index);
}

/** The named, and all that they load when they do. */
function loadedWith(names, chunks, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    loadedWith(chunks.get(name).imports, chunks, found);
  }
  return [...found];
}

async function asFunction(name, text, { target, isReadable }) {
  const { code } = await transform(text, {
    ...{ target, format: 'cjs', platform: 'node', supported: { 'dynamic-import': false } },
    ...{ minifyWhitespace: !isReadable, minifySyntax: true, logLevel: 'error' },
  });
  // Every module is required by its name, from wherever.
  const named = code.replace(/\brequire\("(\.[^"]+)"\)/g, (_, path) => `require("${absolute(path, name)}")`);
  return wrapped(named);
}

/**
 * In one scope, where a name costs nothing; each chunk by itself would reach for what is in the others through getters. Those
 * that others need, in other scripts, are made for a chunk when it is asked for: of most chunks nothing is.
 */
async function asOneFunction(names, chunks, { target, isReadable }) {
  const members = names.map((name, index) => {
    const exported = chunks.get(name).exports.map((key, at) => [key, `m${index}_${at}`]);
    const listed = exported.map(([key, own]) => `${key} as ${own}`);
    const getters = exported.map(([key, own]) => `get ${key}() { return ${own}; },`);
    return {
      imported: `import { ${listed.join(', ')} } from ${JSON.stringify(`/${name}`)};`,
      row: `get ${JSON.stringify(name)}() { return { ${getters.join(' ')} }; },`,
    };
  });
  const rowsOf = (key) => members.map((member) => member[key]);
  const { outputFiles } = await build({
    ...SETTINGS,
    ...{ target, format: 'cjs', supported: { 'dynamic-import': false } },
    stdin: {
      contents: [...rowsOf('imported'), 'module.exports = {', ...rowsOf('row'), '};'].join('\n'),
      resolveDir: '/',
    },
    plugins: [fromChunks(names, chunks)],
  });
  const { code } = await transform(outputFiles[0].text, { minifyWhitespace: !isReadable });
  return wrapped(code);
}

function fromChunks(names, chunks) {
  return {
    name: 'from-chunks',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[./]/ }, ({ path, importer }) => {
        const name = path.startsWith('.') ? absolute(path, importer) : path.replace(/^\//, '');
        return names.includes(name) ? { path: name, namespace: 'chunk' } : { path: name, external: true };
      });
      onResolve({ filter: /.*/ }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({ contents: chunks.get(path).text }));
    },
  };
}

function absolute(path, from) {
  return posix.join(posix.dirname(from), path);
}

function wrapped(code) {
  return `(function(require,module,exports,root,moduleUrl){"use strict";${code}\n})`;
}

/** esbuild gives each function the name that it had, by a call; names of classes are what somebody looks at. */
function withNamesOfClasses(text) {
  return text
    .replace(/\b__name = \(target, \w+\) => .*?configurable: true \}\)/, '__name = (target) => target')
    .replace(/\b__name\(this, ("[\w$]+")\)/g, 'Object.defineProperty(this, "name", { value: $1, configurable: true })')
    .replace(/^\s*__name\([\w$]+, "[\w$]+"\);$/gm, '');
}
