// Starts the program out of what bin/bundling/program.js has made of it, wherever that is kept: the quick answers are one
// script, what nearly every command needs is another, every other module is one of its own.
'use strict';

const DETAILS = ['args', 'examples', 'flags'];
/** Names of the program's own scripts; every other name is one of Node's modules or of a package. */
const OWN = /^(src|drivers|chunks|apart)\//;

/**
 * `kept.root`: where `bin/run.js` and `templates/` would be; `kept.url`: of a file beside which packages are looked for;
 * `kept.functionOf(name)`: the function that a script consists of; `kept.text(path)`: a file of ours that is no script;
 * `kept.require(name)`: whatever is not ours.
 */
module.exports = async function start(kept) {
  await answer(kept);
  // Whatever was under way has ended by then; what Node still tidies up is gone with the process, and takes a while.
  process.once('beforeExit', () => process.exit());
};

async function answer(kept) {
  const { root } = kept;
  const json = (path) => JSON.parse(kept.text(path));
  const { loadGroup, requireNamed } = loader(kept);
  const version = () => json('about.json').version;
  const commands = () => json('commands.json').map((command) => withDetails(command, json));
  loadGroup('quick.js');
  const { answeredQuickly, watchStdout } = requireNamed('src/cli/quick.js');
  watchStdout();
  if (await answeredQuickly(process.argv, { root, version, commands })) return;
  loadGroup('first.js');
  await requireNamed('src/cli/main.js').main(process.argv, {
    root,
    packageJson: json('about.json'),
    commands: commands(),
    command: async (id) => requireNamed(`src/commands/${id.replace(':', '/')}.js`),
    help: async () => requireNamed('src/cli/help.js'),
  });
}

function loader(kept) {
  /** What has been required, by name. */
  const modules = new Map();
  /** Exports by name, of several modules each; made each time that they are taken out. */
  const groups = [];
  function requireNamed(name) {
    const known = modules.get(name);
    if (known) return known;
    const group = groups.find((members) => Object.hasOwn(members, name));
    if (group) return modules.set(name, group[name]).get(name);
    if (OWN.test(name)) return evaluated(name);
    if (name.startsWith('asset:')) return kept.text(name.slice('asset:'.length));
    if (name.startsWith('apart:')) return requireNamed(name.slice('apart:'.length)).default;
    return process.getBuiltinModule(name) ?? kept.require(name);
  }
  function evaluated(name) {
    const module = {
      get exports() {
        return modules.get(name);
      },
      set exports(exports) {
        modules.set(name, exports);
      },
    };
    modules.set(name, {});
    kept.functionOf(name)(requireNamed, module, module.exports, kept.root, kept.url);
    return module.exports;
  }
  function loadGroup(name) {
    groups.push(evaluated(name));
  }
  return { loadGroup, requireNamed };
}

/** Flags and arguments of a command are read when somebody asks for them: those of `create` are longer than all else. */
function withDetails(command, json) {
  let details;
  const detailsOf = () => (details ??= json(`commands/${command.id.replace(':', '/')}.json`));
  const properties = DETAILS.map((name) => [name, { enumerable: true, get: () => detailsOf()[name] }]);
  return Object.defineProperties(command, Object.fromEntries(properties));
}
