import type { Command, Interfaces } from '@oclif/core';
import { allDrivers } from '../../drivers/index.js';

export interface NamedCommand {
  /** As it is typed. */
  readonly name: string;
  readonly command: typeof Command;
}

/** docs/commands.md as the commands say it themselves; what drivers take stands in docs/drivers.md. */
export function commandsDocument(commands: readonly NamedCommand[]): string {
  const [first] = commands;
  const shared = first
    ? table(
        'option',
        flagRows(first.command).filter(({ group }) => group === GLOBAL),
      )
    : '';
  return `# Commands and their options

Made from the commands themselves; \`UPDATE_GOLDEN=1\` with the tests of documents writes it anew. \`man berth\` and \`berth VERB --help\` have
the same.

## Options of all commands

${shared}${commands.map(commandSection).join('')}`;
}

const GLOBAL = 'GLOBAL';
const OF_DRIVERS: ReadonlySet<string> = new Set(allDrivers().map(({ title }) => title.toUpperCase()));

function commandSection({ name, command }: NamedCommand): string {
  const { summary = '', description = '', examples = [] } = command;
  const flags = flagRows(command).filter(({ group }) => group !== GLOBAL);
  const own = flags.filter(({ group }) => !OF_DRIVERS.has(group));
  const parts = [
    summary,
    // Lines that begin with blanks are laid out already.
    ...expanded(description)
      .split('\n\n')
      .map((part) => (part.startsWith(' ') ? block(part) : part)),
    block(`berth ${usageOf(name, command)}`),
    table('argument', argumentRows(command)),
    table('option', own),
    own.length < flags.length ? 'And the [options of the driver](drivers.md).' : '',
    examples.length === 0 ? '' : block(examples.map((line) => expanded(line as string)).join('\n')),
  ];
  return `\n## berth ${name}\n\n${parts
    .map((part) => part.trimEnd())
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function usageOf(name: string, { usage, args, strict }: typeof Command): string {
  if (typeof usage === 'string') return usage.replace(':', ' ');
  const words = Object.entries(args).map(([word, { required }]) =>
    required ? word.toUpperCase() : `[${word.toUpperCase()}]`,
  );
  return [name, '[OPTIONS]', ...words].join(' ') + (strict ? '' : '...');
}

interface Row {
  readonly name: string;
  readonly group: string;
  readonly environment: string;
  readonly initial: string;
  readonly meaning: string;
}

function argumentRows({ args }: typeof Command): readonly Row[] {
  return Object.entries(args).map(([name, { description = '' }]) => ({
    ...{ name: name.toUpperCase(), group: '', environment: '', initial: '', meaning: description },
  }));
}

function flagRows({ baseFlags, flags, enableJsonFlag }: typeof Command): readonly Row[] {
  const json = enableJsonFlag ? { json: { description: 'the result, or the error, as JSON', helpGroup: GLOBAL } } : {};
  return Object.entries({ ...baseFlags, ...flags, ...json } as Record<string, Partial<Interfaces.OptionFlag<unknown>>>)
    .filter(([, { hidden }]) => hidden !== true)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, flag]) => ({
      name: [...(flag.char ? [`-${flag.char}`] : []), `--${name}${valueOf(flag)}`].map(code).join(', '),
      group: flag.helpGroup ?? '',
      environment: flag.env === undefined ? '' : code(flag.env),
      initial:
        ['string', 'number'].includes(typeof flag.default) && flag.default !== '' ? code(String(flag.default)) : '',
      meaning: meaningOf(flag),
    }));
}

function meaningOf({ summary, description, multiple }: Partial<Interfaces.OptionFlag<unknown>>): string {
  const text = summary ?? description ?? '';
  return multiple && !text.includes('repeatable') ? `${text} (several)` : text;
}

function valueOf({ type, options, helpValue }: Partial<Interfaces.OptionFlag<unknown>>): string {
  if (type !== 'option') return '';
  return ` ${options?.join('|') ?? String(helpValue ?? 'value').replace(/[<>]/g, '')}`;
}

function table(first: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const columns = [
    { title: first, cell: ({ name }: Row) => name },
    { title: 'environment', cell: ({ environment }: Row) => environment },
    { title: 'default', cell: ({ initial }: Row) => initial },
    { title: 'meaning', cell: ({ meaning }: Row) => meaning },
  ].filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  return [
    columns.map(({ title }) => title),
    columns.map(() => '---'),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
}

function expanded(text: string): string {
  return text.replaceAll('<%= config.bin %>', 'berth');
}

function block(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}

function code(text: string): string {
  return `\`${text}\``;
}
