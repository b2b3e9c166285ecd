import { createInterface } from 'node:readline/promises';
import { MachineError } from '../errors.js';
import type { Terminal } from './terminal.js';

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
  const { default: inquirer } = await import('inquirer');
  const { answer } = await inquirer
    .prompt<{ answer: boolean }>([{ type: 'confirm', name: 'answer', message: question, default: false }])
    .catch(interrupted);
  return answer;
}

/** Asks on the terminal without showing what is typed. */
export async function askPassphrase(keyPath: string): Promise<string> {
  const { default: inquirer } = await import('inquirer');
  const { answer } = await inquirer
    .prompt<{ answer: string }>(
      [{ type: 'password', name: 'answer', message: `Passphrase of ${keyPath}:`, mask: false }],
      { input: process.stdin, output: process.stderr } as never,
    )
    .catch(interrupted);
  return answer;
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
