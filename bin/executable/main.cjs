// The first script of the executable, bundled with bin/start.cjs: the program lies in the executable's assets, each script with
// the code that V8 made of it when the executable was built.
'use strict';
const { getAsset, getRawAsset } = require('node:sea');
const { dirname } = require('node:path');
const { Script } = require('node:vm');
const start = require('../start.cjs');

module.exports = start({
  ...{ root: dirname(process.execPath), url: 'file:///', require: notFound },
  functionOf: (name) => new Script(sourceOf(name), { filename: name, cachedData: codeOf(name) }).runInThisContext(),
  text: (path) => getAsset(path, 'utf8'),
});

/** Scripts are without a byte above 127, so that nothing needs to be decoded. */
function sourceOf(name) {
  return Buffer.from(getRawAsset(name)).latin1Slice();
}

/** Undefined for a script that was not run when the executable was built. */
function codeOf(name) {
  try {
    return Buffer.from(getRawAsset(`${name}.code`));
  } catch {
    return undefined;
  }
}

function notFound(name) {
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
}
