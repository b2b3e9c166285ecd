import { join } from 'node:path';
import type { Choice } from '../choice.js';
import type { AnyDriverSpec, OptionSpec } from '../driver.js';
import { isMachineError, type MachineError } from '../errors.js';
import { driverContext } from '../lifecycle/driver-call.js';
import type { Program } from '../lifecycle/program.js';
import { parseNewName } from '../name.js';
import { driverOptions, flagName, parseInteger } from './driver-flags.js';
import type { Asker } from './prompt.js';
import { driverChoices } from './wizard-drivers.js';
import {
  answered,
  capital,
  commandText,
  freeName,
  isRequired,
  nextQuestion,
  reopened,
  titleOf,
  wordsOf,
  type Answers,
  type Question,
} from './wizard-plan.js';

export interface WizardParts {
  readonly asker: Asker;
  readonly program: Program;
  /** Those to choose from. */
  readonly drivers: readonly AnyDriverSpec[];
  /** The driver that makes a machine on this computer, if any can. */
  readonly local?: string | undefined;
  /** All flags of `create` as they would be with these words, the environment's values among them. */
  readonly flagsFor: (words: readonly string[]) => Promise<Readonly<Record<string, unknown>>>;
  /** What the command line begins with: "berth create", and the global flags that were typed. */
  readonly begin: string;
}

/**
 * Asks for what `create` needs; resolves to its words, undefined for a user who does not want to go on. Nothing is made.
 * @throws MachineError Cancelled
 */
export async function askForCreate(parts: WizardParts): Promise<readonly string[] | undefined> {
  for (let answers: Answers | undefined = { options: {} }; answers; answers = await askChange(answers, parts)) {
    for (let question = nextQuestion(answers); question; question = nextQuestion(answers))
      answers = await ask(question, answers, parts);
    const words = wordsOf(answers);
    parts.program.report.info(`The same without questions: ${parts.begin} ${commandText(words)}`);
    if (await parts.asker.confirm('Make this machine?')) return words;
  }
  return undefined;
}

/** The answers without the one that the user wants to give anew; undefined where there shall be no machine. */
async function askChange(answers: Answers, { asker }: WizardParts): Promise<Answers | undefined> {
  const rows = answered(answers).map(([question, answer]) => ({
    question,
    choice: {
      value: titleOf(question.about === 'option' ? question.key : question.about),
      title: answer || 'the default',
    },
  }));
  const nothing = { value: 'Nothing', title: 'make no machine' };
  const wanted = await asker.choose('What shall be different?', {
    choices: [nothing, ...rows.map(({ choice }) => choice)],
  });
  const row = rows.find(({ choice }) => choice.value === wanted);
  return row && reopened(answers, row.question);
}

async function ask(question: Question, answers: Answers, parts: WizardParts): Promise<Answers> {
  const { driver } = answers;
  if (question.about === 'name') return { ...answers, name: await askName(answers, parts) };
  if (question.about === 'driver' || !driver)
    return { ...answers, driver: await askDriver(answers, parts), options: {} };
  const { key, option } = question;
  try {
    const value = await askOption({ driver, key, option }, answers, parts);
    return { ...answers, options: { ...answers.options, [key]: value } };
  } catch (error) {
    if (!isMachineError(error) || !STARTS_ANEW.has(error.code)) throw error;
    tell(error, parts);
    return { options: {} };
  }
}

/** What no answer to the same question mends: another driver, or credentials for this one. */
const STARTS_ANEW: ReadonlySet<string> = new Set(['CredentialsMissing', 'CredentialsRefused', 'BadOption']);

function tell(error: MachineError, { program: { report } }: WizardParts): void {
  report.warn(error.message);
  for (const suggestion of error.suggestions) report.info(`  ${suggestion}`);
}

async function askDriver({ former }: Answers, { asker, program, drivers, local }: WizardParts): Promise<AnyDriverSpec> {
  const choices = await driverChoices(drivers, program.environment, local);
  const wanted = former?.driver?.name ?? program.environment['MACHINE_DRIVER'];
  const preset = choices.find(({ value }) => value === wanted)?.value;
  const name = await asker.choose('Where shall the machine be?', { choices, preset });
  const driver = drivers.find((one) => one.name === name);
  if (!driver) throw new Error(`there is no choice "${name}"`);
  const found = choices.find(({ value }) => value === name)?.detail;
  if (driver.credentials && found) program.report.info(found);
  return driver;
}

interface Asked {
  readonly driver: AnyDriverSpec;
  readonly key: string;
  readonly option: OptionSpec;
}

async function askOption(asked: Asked, answers: Answers, parts: WizardParts): Promise<string> {
  const { asker, program } = parts;
  const { driver, key } = asked;
  const flags = await parts.flagsFor(wordsOf(answers));
  const usual = [flags[flagName(driver, key)] ?? ''].flat().map(String).join(',');
  const preset = (answers.former?.driver === driver && answers.former.options[key]) || usual;
  const choices = await choicesFor(asked, flags, parts);
  const [first, ...others] = choices;
  if (first && others.length === 0) {
    program.report.info(`${titleOf(key)}: ${first.value}, the only one`);
    return first.value;
  }
  if (!first) {
    const text = await askText(asked, preset, parts);
    if (text === usual) return '';
    // No shell stands between the answer and us.
    return text.startsWith('~/') ? join(program.environment['HOME'] ?? '~', text.slice(2)) : text;
  }
  const wanted = preset.split(',').find((one) => choices.some(({ value }) => value === one.trim()));
  return asker.choose(titleOf(key), { choices, preset: wanted?.trim() });
}

/** Of the option's own table, or the provider's; none where it cannot tell now. @throws MachineError of STARTS_ANEW */
async function choicesFor(
  { driver, key, option }: Asked,
  flags: Readonly<Record<string, unknown>>,
  { program }: WizardParts,
): Promise<readonly Choice[]> {
  if (option.kind === 'string' && option.choices) return option.choices.map((value) => ({ value, title: '' }));
  const verbs = await driver.load();
  if (!verbs.choices) return [];
  const { options } = driverOptions(driver, flags, new Set());
  const context = driverContext(program, program.environmentSecrets(driver), async () => {});
  try {
    return await program.report.step(
      `Asking ${driver.title}`,
      async () => verbs.choices?.(key, options, context) ?? [],
    );
  } catch (error) {
    if (!isMachineError(error) || error.code === 'Cancelled' || STARTS_ANEW.has(error.code)) throw error;
    program.report.warn(error.message);
    return [];
  }
}

async function askText({ driver, key, option }: Asked, preset: string, { asker }: WizardParts): Promise<string> {
  const problem = (text: string): string | undefined => {
    if (text === '') return isRequired(option) ? 'this cannot be left out' : undefined;
    const flag = flagName(driver, key);
    if (option.kind === 'integer') return wrongIn(() => parseInteger(text, flag, option));
    const wanted = option.kind === 'string' ? option.wants?.(text.trim()) : undefined;
    return wanted === undefined ? undefined : `option --${flag} wants ${wanted}, got "${text}"`;
  };
  return (await asker.text(`${capital(option.help)}:`, { preset, problem })).trim();
}

async function askName({ former }: Answers, { asker, program }: WizardParts): Promise<string> {
  const taken = new Set<string>(await program.store.list());
  const problem = (text: string): string | undefined =>
    taken.has(text) ? `machine "${text}" exists already` : wrongIn(() => parseNewName(text));
  return asker.text('Name of the machine:', { preset: former?.name ?? freeName(taken), problem });
}

function wrongIn(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (isMachineError(error)) return error.message;
    throw error;
  }
}
