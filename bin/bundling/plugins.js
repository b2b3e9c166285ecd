// Plugins of esbuild for both forms of the program. What they have in common: nothing is loaded before it is used.
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';

/** Modules of Node that are part of every start anyway; a stand-in for them would only be in the way. */
const OF_EVERY_START = new Set(['buffer', 'events', 'fs', 'path', 'process', 'timers', 'url', 'util']);

/**
 * A module of Node that is loaded when something is taken out of it: `tls` alone costs more than all of `berth ip`. What is
 * imported has the stand-in as its prototype, since esbuild copies own properties at once, and keeps the prototype; whoever
 * requires a module may want its properties themselves. One that is a function (stream, assert) can have no stand-in.
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z]+)?$/ }, ({ path, kind, namespace }) => {
      const name = path.replace(/^node:/, '');
      if (namespace.startsWith('lazy-builtin') || kind === 'dynamic-import') return undefined;
      if (!builtinModules.includes(name) || OF_EVERY_START.has(name)) return undefined;
      if (typeof process.getBuiltinModule(name) === 'function') return undefined;
      return { path: name, namespace: kind === 'require-call' ? 'lazy-builtin-required' : 'lazy-builtin' };
    });
    onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({
      contents: `${standIn(path)}module.exports = Object.create(new Proxy({}, traps));`,
      loader: 'js',
    }));
    onLoad({ filter: /.*/, namespace: 'lazy-builtin-required' }, ({ path }) => ({
      contents: `${standIn(path)}module.exports = new Proxy({}, {
  ...traps,
  ownKeys: () => Reflect.ownKeys(load()),
  getOwnPropertyDescriptor: (_, name) => {
    const own = Reflect.getOwnPropertyDescriptor(load(), name);
    return own && { ...own, configurable: true };
  },
});`,
      loader: 'js',
    }));
  },
};

function standIn(name) {
  return `let module_;
const load = () => (module_ ??= process.getBuiltinModule('node:${name}'));
const traps = {
  get: (_, name) => (name === '__esModule' ? undefined : load()[name]),
  has: (_, name) => name in load(),
};
`;
}

/** oclif's modules require each other, and parsers of templates and versions, at their top: help for every `berth ip`. */
export const lazyOclif = {
  name: 'lazy-oclif',
  setup: ({ onLoad }) =>
    onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, async ({ path }) => ({
      contents: requiredWhenUsed(withoutNeedless(await readFile(path, 'utf8'), path)),
      loader: 'js',
    })),
};

/** What oclif does at every start to no use of ours: by the end of its file's name, what stands there and what comes instead. */
const NEEDLESS = [
  // npm has said so when it installed us; here it takes the parser of versions.
  ['lib/index.js', /^checkNodeVersion\(\);$/m, ''],
  [
    'lib/logger.js',
    '(0, debug_1.default)(namespace)',
    'process.env.DEBUG ? (0, debug_1.default)(namespace) : () => {}',
  ],
  // src/cli/stdout.ts listens, without opening the stream.
  ['lib/command.js', /^process\.stdout\.on\('error', [\s\S]*?^\}\);$/m, ''],
  // A name of the platform that we do not use.
  ['lib/util/os.js', "(await import('wsl-utils')).isWsl", 'false'],
];

function withoutNeedless(source, path) {
  return NEEDLESS.filter(([end]) => path.replaceAll('\\', '/').endsWith(`@oclif/core/${end}`)).reduce(
    (text, [, what, other]) => {
      const changed = text.replace(what, other);
      if (changed === text) throw new Error(`${path} is not what bin/bundling/plugins.js knows: it has no ${what}`);
      return changed;
    },
    source,
  );
}

/** What the compiler of TypeScript wrote for an import: `const x_1 = require("x")`, every use of it `x_1.name`. */
function requiredWhenUsed(source) {
  const names = new Set();
  const declared = source.replace(
    /^(?:const|var) (\w+_\d+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm,
    (_, name, expression) => {
      names.add(name);
      return `let ${name}$; const ${name}$$ = () => (${name}$ ??= ${expression});`;
    },
  );
  const used = [...names].reduce(
    (text, name) => text.replace(new RegExp(`(?<![\\w$.])${name}(?![\\w$])`, 'g'), `(${name}$$$$())`),
    declared,
  );
  return used.replace(
    /^exports\.(\w+) = (__importStar\(require\("[^"]+"\)\));$/gm,
    (_, name, expression) =>
      `Object.defineProperty(exports, "${name}", { enumerable: true, get: () => ${expression} });`,
  );
}

/** drivers/index.ts imports what each driver says of itself, tables of options above all: left until a driver is asked for. */
export const lazyDrivers = {
  name: 'lazy-drivers',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /[\\/]drivers[\\/]index\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(/^import \{ \w+ \} from '\.\/\w+\/index\.js';$/gm, '')
        .replace(/^ {2}(\w+): \(\) => \1,$/gm, '  $1: () => require("driver:$1").$1,'),
      loader: 'ts',
    }));
    onResolve({ filter: /^driver:/ }, ({ path }) => ({
      path: `${driverName(path.slice('driver:'.length))}.js`,
      external: true,
    }));
  },
};

/** The name that what a driver says of itself has as an entry of the bundle. */
export function driverName(driver) {
  return `drivers/${driver}/index`;
}

/** ssh2 takes its compiled half where it was built; a bundle has to look for it in the package. */
export const compiledHalfOfSsh2 = {
  name: 'compiled-half-of-ssh2',
  setup: ({ onResolve }) =>
    onResolve({ filter: /sshcrypto\.node$/ }, () => ({
      path: 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node',
      external: true,
    })),
};

/** In an executable the templates are no files: src/template-files.ts is another one there. */
export const insideTemplates = {
  name: 'inside-templates',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/template-files\.js$/ }, () => ({ path: 'template-files', namespace: 'inside' }));
    onLoad({ filter: /.*/, namespace: 'inside' }, () => ({
      contents: `export const templateText = (path) => require('asset:templates/' + path);`,
    }));
  },
};

/**
 * What oclif needs for help, for a search of plugins or for colours only: each of them becomes a module of its own, which an
 * executable compiles when it is asked for.
 */
export const APART = [
  ...['cli-spinners', 'debug', 'ejs', 'lilconfig', 'minimatch', 'semver', 'string-width', 'tinyglobby', 'wrap-ansi'],
  ...['config/plugin.js', 'config/ts-path.js', 'constraints.js', 'help/index.js', 'main.js'].map(
    (name) => `@oclif/core/lib/${name}`,
  ),
];

/** The name that a module of APART has as an entry of the bundle. */
export function apartName(module) {
  return `apart/${module.replace(/\.js$/, '').replaceAll(/[^a-z0-9]+/g, '-')}`;
}

export const apart = {
  name: 'apart',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[a-z.]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'require-call' || pluginData === 'apart' || !/@oclif[\\/]core/.test(importer)) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: 'apart' });
      const module = APART.find((name) =>
        name.startsWith('@') ? found.path.endsWith(name.slice(1)) : found.path.includes(`node_modules/${name}/`),
      );
      return module && { path: `apart:${apartName(module)}.js`, external: true };
    });
  },
};
