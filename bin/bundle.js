// Part of the build: writes the program and each command again as bundles over what tsc has written, with everything that
// several of them need in dist/chunks. Reading some hundred small files was most of a start; what is loaded lazily stays lazy.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compiledHalfOfSsh2, lazyBuiltins, lazyOclif } from './bundling/plugins.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const commands = readdirSync(join(root, 'src/commands'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/commands/${name}`);

/** Modules of CommonJS find what they expect around them. */
const COMMON_JS = `import { createRequire as createRequireHere } from 'node:module';
const require = createRequireHere(import.meta.url);
const { dirname: __dirname, filename: __filename } = import.meta;`;

await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/quick.ts', 'src/cli/main.ts', ...commands],
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Errors are told apart by the names of their classes.
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  banner: { js: COMMON_JS },
  plugins: [compiledHalfOfSsh2, lazyBuiltins, lazyOclif],
  // Large, loaded by one driver each, or not there on every computer.
  external: ['@aws-sdk/*', '@google-cloud/*', 'cpu-features', 'typescript'],
  logLevel: 'warning',
});
