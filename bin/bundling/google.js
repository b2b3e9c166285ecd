// A plugin of esbuild for Google's package, which is made for everything but for bundles.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** drivers/google/clients.ts picks modules of a package by their paths, which a bundle has to know beforehand. */
export const googleClients = {
  name: 'google-clients',
  setup({ initialOptions: { absWorkingDir }, onResolve, onLoad }) {
    onResolve({ filter: /^node:module$/ }, ({ importer }) =>
      importer.endsWith('clients.ts') ? { path: 'google-clients', namespace: 'google-clients' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'google-clients' }, async () => ({
      contents: await googleModules(absWorkingDir),
      resolveDir: import.meta.dirname,
    }));
    onLoad({ filter: /protos[\\/]protos\.json$/ }, async ({ path }) => {
      if (!path.includes('compute')) return undefined;
      const { pruned } = await googleDescription(absWorkingDir);
      const text = JSON.stringify(pruned(JSON.parse(await readFile(path, 'utf8'))));
      // Text is read sooner than code.
      return { contents: `module.exports = JSON.parse(${JSON.stringify(text)});`, loader: 'js' };
    });
  },
};

async function googleModules(root) {
  const { SERVICES, snake } = await googleDescription(root);
  const clients = SERVICES.map((name) => `@google-cloud/compute/build/src/v1/${snake(name)}_client.js`);
  const rows = [...clients, '@google-cloud/compute/build/protos/protos.json'].map(
    (name) => `'${name}': () => require('${name}'),`,
  );
  return `const modules = {
${rows.join('\n')}
'google-gax': () => ({ fallback: require('google-gax/fallback') }),
};
export const createRequire = () => Object.assign((name) => modules[name](), { resolve: (name) => name });`;
}

/** Which services there are, and what is described of them: the whole is longer than all else in the bundle together. */
function googleDescription(root) {
  return import(join(root, 'dist/drivers/google/description.js'));
}
