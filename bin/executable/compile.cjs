// Run by the Node that goes into the executable: runs the program as the executable will, and writes down beside each script
// what V8 has compiled of it by then. node compile.cjs FOLDER MAIN prepare|compile, with HOME set to a folder that may be written into.
const { mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vm = require('node:vm');

/** What is typed most: what quick.js answers alone, and what needs the whole program. */
const LINES = [
  ['env one', 'ip one', 'url one', 'ls', 'ls -q', '__complete ip o', '-s drivers ls -q'],
  ['config one', 'inspect one'],
];
/** What they need to be there, beside a machine of each driver. */
const MAKE_ONE = 'create -d none --url tcp://127.0.0.1:1 one';

const [, , folder, main, purpose] = process.argv;
const scripts = new Map();

/** The same script each time that it is asked for, so that what is compiled of it gathers in it. */
class Script {
  constructor(source, { filename }) {
    const script = scripts.get(filename) ?? new vm.Script(source, { filename });
    scripts.set(filename, script);
    return script;
  }
}
const inside = {
  'node:sea': {
    getAsset: (name) => readFileSync(join(folder, name), 'utf8'),
    getRawAsset: (name) => readFileSync(join(folder, name)),
  },
  'node:vm': { Script },
};
const start = new Function('require', 'module', readFileSync(main, 'utf8'));

async function run(lines) {
  for (const line of lines) {
    process.argv = [process.execPath, 'berth', ...line.split(' ')];
    const module = {};
    start((name) => inside[name] ?? require(name), module);
    await module.exports;
  }
  process.exitCode = 0;
}

/** Each script with what the lines need that load it first: whatever others need of it, the first would only read. */
async function compile() {
  const written = new Set();
  for (const lines of LINES) {
    await run(lines);
    for (const [name, script] of scripts) {
      if (!written.has(name)) writeFileSync(join(folder, `${name}.code`), script.createCachedData());
      written.add(name);
    }
  }
}

/** As docker-machine writes them, as far as a driver looks. */
function writeMachines() {
  for (const driver of readdirSync(join(folder, 'drivers'))) {
    const machine = join('drivers/machines', driver);
    mkdirSync(machine, { recursive: true });
    const record = {
      ConfigVersion: 3,
      Driver: { IPAddress: '192.0.2.1' },
      DriverName: driver,
      HostOptions: {},
      Name: driver,
    };
    writeFileSync(join(machine, 'config.json'), JSON.stringify(record));
  }
}

async function prepare() {
  writeMachines();
  await run([MAKE_ONE]);
}

process.chdir(process.env['HOME']);
// By a process of its own: what a create compiles would make the others read more than they run.
void (purpose === 'prepare' ? prepare() : compile());
