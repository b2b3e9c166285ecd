import type { Command } from '@oclif/core';
import { driverNames } from '../../drivers/index.js';
import { readMachines, surveyMachines } from '../lifecycle/status.js';
import type { Program } from '../lifecycle/program.js';
import { shellLines, shellName } from '../shell/environment.js';
import {
  addressesOf,
  initScript,
  LS_TIMEOUT_SECONDS,
  noVariables,
  readableNames,
  reachableUrl,
  variablesOf,
} from './answers.js';
import { calledAs, type Called } from './called-as.js';
import { commandProgram } from './command-program.js';
import { completionRequest, completions, METADATA_COMMAND, pluginMetadata, type Completing } from './docker-plugin.js';
import { commandModel } from './completion-model.js';
import { failureOf } from './failure.js';
import { surveyTable } from './machine-list.js';
import { machineName, machineNames } from './machine-names.js';
import { parentShell } from './parent-shell.js';
import { storedNames } from './program.js';
import { quickLine, type QuickLine, type QuickShape } from './quick-line.js';
import { print } from './stdout.js';

export { watchStdout } from './stdout.js';

/** What is needed before it is known whether the whole program is. */
export interface QuickParts {
  /** As in start.ts. */
  readonly root: string;
  readonly version: () => string;
  readonly commands: () => readonly Pick<Command.Cached, 'id' | 'hidden' | 'summary' | 'args' | 'flags'>[];
}

/**
 * Answers what shells ask all day long, as the commands of these names do but without oclif, which takes longer than they do.
 * @returns false where the line is for the whole program
 */
export async function answeredQuickly(argv: readonly string[], parts: QuickParts): Promise<boolean> {
  const typed = argv.slice(2);
  if (typed[0] === METADATA_COMMAND) return printed(`${pluginMetadata(parts.version())}\n`);
  const completing = completionRequest(typed);
  if (completing) return printed(await completions(completing, completingWith(parts)));
  const called = calledAs(argv);
  const line = quickLine(called, process.env, QUESTIONS);
  const question = line && QUESTIONS[line.command];
  if (!line || !question) return false;
  await tell(question, { line, called, parts });
  return true;
}

function printed(text: string): true {
  print(text);
  return true;
}

function completingWith({ commands }: QuickParts): Completing {
  const shown = commands().filter(({ hidden }) => !hidden);
  return {
    commands: shown.map((command) => ({
      name: command.id.replaceAll(':', ' '),
      summary: command.summary ?? '',
      model: () => commandModel(command),
    })),
    names: (kind) => storedNames(kind, process.env),
    drivers: driverNames,
  };
}

/** A line, and all that it is answered from. */
interface Asked {
  readonly line: QuickLine;
  readonly called: Called;
  readonly parts: QuickParts;
}

interface Question extends QuickShape {
  readonly answer: (line: QuickLine, program: Program, called: Called) => Promise<string>;
}

const QUESTIONS: Readonly<Record<string, Question>> = {
  ip: {
    ...{ flags: {}, takesNames: true },
    answer: async ({ names }, program) =>
      (await addressesOf(await machineNames(names, program), program)).map(({ address }) => `${address}\n`).join(''),
  },
  url: {
    ...{ flags: {}, takesNames: true },
    answer: async ({ names }, program) => `${await reachableUrl(await machineName(names, program), program)}\n`,
  },
  env: {
    flags: { shell: { type: 'option' }, unset: { type: 'boolean', char: 'u' } },
    takesNames: true,
    answer: async ({ names, flags }, program, { bin, words }) => {
      const shell = shellName(flags['shell'] ?? parentShell(), process.env['SHELL'], process.platform);
      const variables =
        flags['unset'] === undefined
          ? await variablesOf(await program.store.read(await machineName(names, program)), program)
          : noVariables(names);
      return shellLines(shell, variables, [...bin.split(' '), ...words]);
    },
  },
  // Every shell that is opened waits for it.
  'shell-init': {
    ...{ flags: {}, takesNames: true, most: 1 },
    answer: async ({ names }, _program, { bin }) => initScript(names[0], bin, process.env).script,
  },
  ls: {
    flags: { quiet: { type: 'boolean', char: 'q' } },
    takesNames: false,
    answer: async ({ flags }, program) => {
      const entries = await readMachines(program);
      if (flags['quiet'] !== undefined)
        return readableNames(entries)
          .map((name) => `${name}\n`)
          .join('');
      const surveys = await surveyMachines(entries, { timeoutMs: LS_TIMEOUT_SECONDS * 1000 }, program);
      return surveyTable(surveys, process.env['DOCKER_HOST']);
    },
  },
};

async function tell({ answer }: Question, { line, called, parts }: Asked): Promise<void> {
  const { program, close } = commandProgram(line.flags, { root: parts.root, onStdout: () => false });
  try {
    print(await answer(line, program, called));
    close();
  } catch (error) {
    close();
    const of = { bin: called.bin, version: parts.version(), command: line.command };
    const { exitCode, text } = failureOf(error as Error, of);
    process.exitCode = exitCode;
    process.stderr.write(text);
  }
}
