import { transform } from '@swc/core';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { testFolder } from '../helpers/folder.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What the programs in children/ import. */
const SOURCES = ['src', 'src/store', 'src/certs', 'drivers/generic', 'test/store', 'test/store/children'];

/** One of the programs in children/, running as a process of its own. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Resolves with the next line of stdout; fails when there is none any more. */
  line(): Promise<string>;
  /** Closes stdin, which ends every program in order, and gives the rest of its lines. */
  end(): Promise<string[]>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

export interface Programs extends Disposable {
  start(program: string, ...words: readonly string[]): Child;
  /** As the child of a process that never asks after its children, so that it becomes a zombie when it ends. */
  startUnreaped(program: string, ...words: readonly string[]): Child;
}

const UNREAPED = ['sh', '-c', 'exec 3<&0; "$@" <&3 & exec tail -f /dev/null', 'sh'] as const;

/** The programs as JavaScript in a temporary folder, with the sources they use. */
export async function compiledPrograms(): Promise<Programs> {
  const folder = testFolder();
  await writeFile(join(folder.path, 'package.json'), '{"type":"module"}');
  await symlink(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'));
  for (const source of SOURCES) await compile(source, folder.path);
  const argv = (program: string): [string, string] => [
    process.execPath,
    join(folder.path, 'test/store/children', `${program}.js`),
  ];
  return {
    start: (program, ...words) => start([...argv(program), ...words]),
    startUnreaped: (program, ...words) => start([...UNREAPED, ...argv(program), ...words]),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function compile(source: string, to: string): Promise<void> {
  await mkdir(join(to, source), { recursive: true });
  const files = (await readdir(join(ROOT, source))).filter((file) => /(?<!\.test)\.ts$/.test(file));
  await Promise.all(
    files.map(async (file) => {
      const { code } = await transform(await readFile(join(ROOT, source, file), 'utf8'), {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      });
      await writeFile(join(to, source, file.replace(/ts$/, 'js')), code);
    }),
  );
}

function start([command, ...words]: readonly [string, ...string[]]): Child {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(command, words, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  child.stdin.on('error', () => {});
  return {
    pid: child.pid ?? 0,
    async line() {
      const next = await lines.next();
      if (next.done) throw new Error(`${words.join(' ')} ended without a further line`);
      return next.value;
    },
    async end() {
      child.stdin.end();
      const rest: string[] = [];
      for (let next = await lines.next(); !next.done; next = await lines.next()) rest.push(next.value);
      await exited;
      return rest;
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
