import { createInterface } from 'node:readline/promises';
import type { Choice } from '../choice.js';
import { MachineError } from '../errors.js';
import type { Terminal } from './terminal.js';

/** Questions that a user answers one by one. */
export interface Asker {
  /** The value of one of the choices; `preset` is where the cursor stands at first. */
  choose(question: string, of: { choices: readonly Choice[]; preset?: string | undefined }): Promise<string>;
  /** `problem` says what is wrong with an answer; undefined takes it. */
  text(question: string, of: { preset: string; problem: (text: string) => string | undefined }): Promise<string>;
  confirm(question: string): Promise<boolean>;
}

/** Rows of a list that are shown at once. */
const ROWS = 14;

/** On the terminal, through stderr. Ctrl-C throws MachineError Cancelled. */
export const terminalAsker: Asker = {
  choose: (message, { choices, preset }) =>
    answerTo<string>({
      ...{ type: 'select', message, choices: choiceRows(choices, process.stderr.columns), pageSize: ROWS, loop: false },
      ...(preset === undefined ? {} : { default: preset }),
    }),
  text: (message, { preset, problem }) =>
    answerTo<string>({
      ...{ type: 'input', message, validate: (text: string) => problem(text) ?? true },
      ...(preset === '' ? {} : { default: preset }),
    }),
  confirm: (message) => answerTo<boolean>({ type: 'confirm', message, default: true }),
};

interface ChoiceRow {
  readonly name: string;
  readonly value: string;
  readonly short: string;
  /** Shown below the list where the cursor stands. */
  readonly description?: string;
}

/** What stands in front of each row: the cursor. */
const CURSOR_WIDTH = 2;

/** Values, names and details below each other. A row that the terminal would break is cut, and whole below the list. */
export function choiceRows(choices: readonly Choice[], columns = Number.POSITIVE_INFINITY): readonly ChoiceRow[] {
  const widest = (cells: readonly string[]): number => Math.max(...cells.map((cell) => cell.length));
  const [value, title] = [widest(choices.map((one) => one.value)), widest(choices.map((one) => one.title))];
  const room = columns - CURSOR_WIDTH;
  return choices.map((one) => {
    const name = `${one.value.padEnd(value)}  ${one.title.padEnd(title)}  ${one.detail ?? ''}`.trimEnd();
    const row = { name, value: one.value, short: one.value };
    if (name.length <= room) return row;
    return { ...row, name: `${name.slice(0, room - 1).trimEnd()}…`, description: name.replace(/ {2,}/g, '  ') };
  });
}

/**
 * A question with yes or no. Without a terminal the answer is the first line of stdin, as scripts that pipe `y` expect;
 * nothing there is a no. docker-machine asks on stdout; where that carries JSON, stderr is the place.
 */
export async function confirm(
  question: string,
  { stdinIsTty, stdoutIsTty }: Terminal,
  stream: 'stdout' | 'stderr' = 'stdout',
): Promise<boolean> {
  if (!stdinIsTty || !stdoutIsTty) {
    process[stream].write(`${question} (y/n): `);
    return /^y/i.test((await firstLine()).trim());
  }
  return answerTo<boolean>({ type: 'confirm', message: question, default: false }, process.stdout);
}

/** Asks on the terminal without showing what is typed. */
export function askPassphrase(keyPath: string): Promise<string> {
  return answerTo<string>({ type: 'password', message: `Passphrase of ${keyPath}:`, mask: false });
}

async function answerTo<T>(
  question: Readonly<Record<string, unknown>>,
  output: NodeJS.WriteStream = process.stderr,
): Promise<T> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ output });
  const asked = prompt([{ ...question, name: 'answer' }] as never) as Promise<{ readonly answer: T }>;
  return (await asked.catch(interrupted)).answer;
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return '';
}

function interrupted(): never {
  throw new MachineError('Cancelled', 'interrupted');
}
