import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { goldenFile } from '../../helpers/golden.js';
import type { Home, Ran, RunOptions } from '../../cli/support/berth.js';

const ROOT = resolve(import.meta.dirname, '../../..');
export const GOLDEN = join(ROOT, 'test/golden/transcripts');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };

/** One command line of a transcript. */
export interface Take extends RunOptions {
  readonly title: string;
  /** /home/ada stands for the home that the test is given. */
  readonly args: readonly string[];
  /** What else changes before this command, in this process. */
  readonly before?: () => Promise<unknown>;
}

/** What differs from run to run, and the word that stands for it. */
export type Volatile = readonly (readonly [RegExp | string, string])[];

const ADA = '/home/ada';

/** Runs the command lines one after the other in one home, and gives what each of them wrote and how it ended. */
export async function transcript(home: Home, takes: readonly Take[], volatile: Volatile = []): Promise<string> {
  const scenes: string[] = [];
  for (const { title, args, before, ...options } of takes) {
    await before?.();
    const words = args.map((word) => word.replaceAll(ADA, home.path));
    scenes.push(`# ${title}\n${promptOf(args, options)}\n${scene(await home.berth(words, options))}`);
  }
  return fixed(scenes.join('\n'), [
    ...volatile,
    [home.path, ADA],
    [new RegExp(`(?<=version |"Version":"|berth/)${version.replaceAll('.', '\\.')}`, 'g'), 'VERSION'],
    [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME'],
    [/SHA256:[\w+/]{43}/g, 'SHA256:FINGERPRINT'],
    [/(?<="Id": ")[0-9a-f]{16}(?=")/g, 'ID'],
  ]);
}

/** The file as it is; with UPDATE_GOLDEN=1 as it shall be from now on, to be read as a diff. */
export function golden(name: string, text: string): string {
  return goldenFile(join(GOLDEN, `${name.replaceAll(' ', '-')}.txt`), text);
}

function promptOf(args: readonly string[], { env = {}, stdin = '', calledAs = 'berth' }: RunOptions): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)} `);
  const answer = stdin === '' ? '' : ` <<< ${JSON.stringify(stdin)}`;
  return `$ ${variables.join('')}${[calledAs, ...args.map(quoted)].join(' ')}${answer}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}

/** O is for stdout, E for stderr; both apart, since nobody sees them interleaved but a terminal. */
function scene({ stdout, stderr, exitCode }: Ran): string {
  return `${marked('O', stdout)}${marked('E', stderr)}exit code ${exitCode}\n`;
}

function marked(stream: string, text: string): string {
  if (text === '') return '';
  const lines = text.split('\n');
  const last = lines.pop();
  const rest = last === '' ? [] : [`${stream}| ${last ?? ''}<no newline>`];
  return [...lines.map((line) => `${stream}| ${line}`), ...rest, ''].join('\n');
}

function fixed(text: string, volatile: Volatile): string {
  return volatile.reduce((result, [what, word]) => result.replaceAll(what, word), text);
}
