import '../../helpers/realm.js';
import './columns.js';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Plugin } from '@oclif/core';
import { COMMANDS } from '../../helpers/commands.js';
import { main } from '../../../src/cli/main.js';
import { answeredQuickly } from '../../../src/cli/quick.js';
import type { Parts } from '../../../src/cli/start.js';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What comes in by stdin, which is no terminal. */
  readonly stdin?: string;
  /** The name that the program was called by. */
  readonly calledAs?: string;
}

const ROOT = resolve(import.meta.dirname, '../../..');
// One after the other: Jest links modules wrongly that oclif imports all at once.
for (const { path } of COMMANDS) await import(path);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A user's home with a store, and the program run in it from its TypeScript source, in this process. */
export interface Home extends Disposable {
  readonly path: string;
  readonly store: string;
  berth(args: readonly string[], options?: RunOptions): Promise<Ran>;
}

export function testHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'berth-home-'));
  const program = join(path, 'program');
  mkdirSync(program);
  writeFileSync(join(program, 'package.json'), JSON.stringify(packageOf(program)));
  return {
    path,
    store: join(path, '.docker', 'machine'),
    berth: (args, options = {}) => run(args, options, { home: path, program }),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Our own package.json, but for where commands are: in the source, and without a manifest. */
function packageOf(program: string): unknown {
  const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { oclif: object };
  const commands = relative(program, join(ROOT, 'src/commands'));
  return { ...own, oclif: { ...own.oclif, commands } };
}

async function partsOf(root: string): Promise<Parts> {
  const plugin = new Plugin({ isRoot: true, root });
  await plugin.load();
  return {
    root,
    packageJson: plugin.pjson,
    commands: Object.values(plugin.manifest.commands),
    command: async (id) => ({ default: await plugin.findCommand(id, { must: true }) }),
    help: () => import('../../../src/cli/help.js'),
  };
}

class Exit extends Error {
  constructor(readonly exitCode: number) {
    super(`exit ${exitCode}`);
  }
}

async function run(
  args: readonly string[],
  { env = {}, stdin = '', calledAs = 'berth' }: RunOptions,
  { home, program }: { readonly home: string; readonly program: string },
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const before = { ...process.env };
  const listeners = SIGNALS.map((signal) => process.listeners(signal));
  const stand = replaceStreams(written, stdin);
  process.env = { PATH: before['PATH'] ?? '', HOME: home, USER: 'ada', SHELL: '/bin/bash', OCLIF_TS_NODE: '0', ...env };
  process.exitCode = undefined;
  try {
    await start(['node', `/usr/bin/${calledAs}`, ...args], await partsOf(program));
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    process.exitCode = error.exitCode;
  }
  const exitCode = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  process.env = before;
  stand.restore();
  SIGNALS.forEach((signal, index) => {
    for (const listener of process.listeners(signal))
      if (!listeners[index]?.includes(listener)) process.removeListener(signal, listener);
  });
  return { ...written, exitCode };
}

/** As bin/run.js does. */
async function start(argv: readonly string[], parts: Parts): Promise<void> {
  const { root, packageJson, commands } = parts;
  const quickParts = { root, version: () => packageJson.version, commands: () => commands };
  if (!(await answeredQuickly(argv, quickParts))) await main(argv, parts);
}

/** No terminal anywhere: what is written is kept, what is read is given, and an exit is an error. */
function replaceStreams(written: { stdout: string; stderr: string }, stdin: string): { restore: () => void } {
  let hasEnded = false;
  const keep =
    (stream: 'stdout' | 'stderr') =>
    (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      // oclif reports our own error for an exit, which a real one would have left no time for.
      if (!hasEnded) written[stream] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      const done = rest.at(-1) as (() => void) | string | undefined;
      if (typeof done === 'function') done();
      return true;
    };
  const exit = (code?: number): never => {
    hasEnded = true;
    throw new Exit(code ?? 0);
  };
  const undo = [
    replace(process.stdout, 'write', keep('stdout')),
    replace(process.stderr, 'write', keep('stderr')),
    replace(process, 'stdin', Readable.from(stdin === '' ? [] : [stdin])),
    replace(process, 'exit', exit),
    // Called by no shell, whatever the tests are started from.
    replace(process, 'ppid', process.pid),
  ];
  return { restore: () => undo.forEach((back) => back()) };
}

function replace(object: object, key: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(object, key);
  Object.defineProperty(object, key, { configurable: true, writable: true, value });
  return () => {
    if (before) Object.defineProperty(object, key, before);
    else Reflect.deleteProperty(object, key);
  };
}
