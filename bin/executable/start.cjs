// The first script of the executable. What it runs lies in the executable's assets: what the quickest commands need in one
// script, every other module in one of its own, each with the code that V8 made of it when the executable was built.
const { getAsset, getRawAsset } = require('node:sea');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

const { codes, packageJson } = JSON.parse(getAsset('index.json', 'utf8'));
/** Where a package would have its bin/ and templates/. */
const root = dirname(process.execPath);
/** What has been required, by name. */
const modules = new Map();
const DETAILS = ['args', 'examples', 'flags'];

function requireNamed(name) {
  const known = modules.get(name);
  if (known) return known;
  if (name in codes) return evaluated(name);
  if (name.startsWith('asset:')) return getAsset(name.slice('asset:'.length), 'utf8');
  if (name.startsWith('apart:')) return requireNamed(name.slice('apart:'.length)).default;
  const builtin = process.getBuiltinModule(name);
  if (builtin) return builtin;
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
}

function evaluated(name) {
  const setExports = (exports) => modules.set(name, exports);
  const module = {
    get exports() {
      return modules.get(name);
    },
    set exports(exports) {
      setExports(exports);
    },
  };
  setExports({});
  scriptOf(name)(requireNamed, module, module.exports, root, 'file:///');
  return module.exports;
}

function scriptOf(name) {
  // Without a byte above 127, so that nothing needs to be decoded.
  const source = Buffer.from(getRawAsset(name)).latin1Slice();
  const cachedData = codes[name] ? Buffer.from(getRawAsset(`${name}.code`)) : undefined;
  return new Script(source, { filename: name, cachedData }).runInThisContext();
}

/** Flags and arguments of a command are read when somebody asks for them: those of `create` are longer than all else. */
function withDetails(command) {
  let details;
  const detailsOf = () => (details ??= JSON.parse(getAsset(`commands/${command.id.replace(':', '/')}.json`, 'utf8')));
  const properties = DETAILS.map((name) => [name, { enumerable: true, get: () => detailsOf()[name] }]);
  return Object.defineProperties(command, Object.fromEntries(properties));
}

function loadGroup(name) {
  for (const [member, exports] of Object.entries(requireNamed(name))) modules.set(member, exports);
}

function commands() {
  return JSON.parse(getAsset('commands.json', 'utf8')).map(withDetails);
}

async function start() {
  loadGroup('quick.js');
  const { answeredQuickly, watchStdout } = requireNamed('src/cli/quick.js');
  watchStdout();
  if (await answeredQuickly(process.argv, { root, version: () => packageJson.version, commands })) return;
  loadGroup('first.js');
  await requireNamed('src/cli/main.js').main(process.argv, {
    root,
    packageJson,
    commands: commands(),
    command: async (id) => requireNamed(`src/commands/${id.replace(':', '/')}.js`),
    help: async () => requireNamed('src/cli/help.js'),
  });
}

module.exports = start();
