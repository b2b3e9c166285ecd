import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Flags, Parser, type Command, type Interfaces } from '@oclif/core';
import { codeIn, commandLinesIn, type CommandLine } from './helpers/command-lines.js';
import { commandOf, COMMANDS } from './helpers/commands.js';
import { commandsDocument } from './helpers/commands-document.js';
import { driversDocument } from './helpers/drivers-document.js';
import { goldenFile } from './helpers/golden.js';
import { projectSchema } from './helpers/project-schema.js';
import { allDrivers, driverNames } from '../drivers/index.js';
import { commandLine } from '../src/cli/command-line.js';
import { EXIT_CODES } from '../src/errors.js';

const ROOT = resolve(import.meta.dirname, '..');
/** Those that name what docker-machine had and berth has not, or are made from the drivers' tables, are no examples. */
const BY_TASK = readdirSync(join(ROOT, 'docs')).filter(
  (name) => name.endsWith('.md') && !['differences.md', 'drivers.md'].includes(name),
);
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...BY_TASK.map((name) => `docs/${name}`)];
/** Stands for every command. */
const PLACEHOLDER = 'VERB';

const verbs = COMMANDS.map(({ name }) => name);
/** By oclif's name, `swarm:create`. */
const commands = new Map<string, typeof Command>();

beforeAll(async () => {
  for (const { name, path } of COMMANDS) {
    const { default: command } = (await import(path)) as { default: typeof Command };
    commands.set(name.replace(' ', ':'), command);
  }
});

describe('the document on troubles', () => {
  const troubles = text('docs/troubleshooting.md');

  it('lists every error code with its exit code, and no other', () => {
    const rows = [...troubles.matchAll(/^\| `([A-Za-z]+)` \| (\d+) \|/gm)].map(([, code, exit]) => [
      code,
      Number(exit),
    ]);

    expect(Object.fromEntries(rows)).toEqual(EXIT_CODES);
    expect(rows).toHaveLength(Object.keys(EXIT_CODES).length);
  });

  it('quotes messages as they are in the program', () => {
    const [, table = ''] = troubles.split('| it says | look at |');
    const quoted = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) => codeIn(cell));
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => text(join('src', name)))
      .join('\n');

    expect(quoted.length).toBeGreaterThan(5);
    expect(quoted.filter((words) => words.split('…').some((part) => !sources.includes(part.trim())))).toEqual([]);
  });

  it('lists every exit code', () => {
    const rows = [...troubles.matchAll(/^\| (\d+) \|/gm)].map(([, exit]) => Number(exit));

    expect(rows).toEqual([...new Set([0, 1, ...Object.values(EXIT_CODES)])]);
  });
});

describe('the README', () => {
  const readme = text('README.md');

  it('lists every driver', () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` \| [^|]* \|$/gm)].map(([, name]) => name);

    expect(rows.sort()).toEqual([...driverNames].sort());
  });

  it('shows every verb', () => {
    const shown = new Set(commandLinesIn(readme).map(({ words }) => commandOf(words).name));

    expect(verbs.filter((verb) => !shown.has(verb))).toEqual([]);
  });

  it('shows the test command that .ci/run calls', () => {
    expect(readme).toContain('\nbin/test ');
    expect(text('.ci/run')).toMatch(/\/bin\/test" "\$@"\n$/);
  });
});

it('shows in its picture only commands that exist', () => {
  const commands = [...text('docs/terminal.svg').matchAll(/<tspan class="c">(.*)<\/tspan>/g)].map(([, line]) => line);
  const own = commands.flatMap((line) => /\bberth ([^)]*)/.exec(line ?? '')?.[1]?.split(' ')[0] ?? []);

  expect(own).toEqual(['create', 'ls', 'env', 'ip', 'rm']);
  expect(own.filter((verb) => !verbs.includes(verb))).toEqual([]);
});

it('gives the runner of GitLab only options that create has', () => {
  const [, options = ''] = /MachineOptions = (\[.*\])/.exec(text('docs/ci.md')) ?? [];
  const flags = (JSON.parse(options) as string[]).map((option) => `--${option.split('=')[0]}`);

  expect(flags.length).toBeGreaterThan(0);
  expect(flags.filter((flag) => !namesOf('create').includes(flag))).toEqual([]);
});

describe('the schema of berth.yaml', () => {
  it('holds every flag that may stand there', () => {
    const written = `${JSON.stringify(projectSchema(allDrivers()), null, 1)}\n`;

    expect(written).toBe(goldenFile(join(ROOT, 'templates/project/berth.schema.json'), written));
  });
});

describe('the list of drivers', () => {
  it('holds every option of every driver', () => {
    const written = driversDocument(allDrivers());

    expect(written).toBe(goldenFile(join(ROOT, 'docs/drivers.md'), written));
  });
});

describe('the list of commands', () => {
  it('holds every command, with all that it takes', () => {
    const written = commandsDocument([...commands].map(([id, command]) => ({ name: id.replace(':', ' '), command })));

    expect(written).toBe(goldenFile(join(ROOT, 'docs/commands.md'), written));
  });
});

describe.each(DOCUMENTS)('%s', (document) => {
  it('shows only command lines that berth takes', async () => {
    const refused = await Promise.all(commandLinesIn(text(document)).map(refusalOf));

    expect(refused.filter((refusal) => refusal !== undefined)).toEqual([]);
  });

  it('names only flags that some verb has', () => {
    const known = new Set([...[...commands.keys()].flatMap(namesOf), '--help']);
    const named = codeIn(text(document)).flatMap((code) => /^--?[a-z][\w-]*/.exec(code) ?? []);

    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('links to files that exist', () => {
    const links = [...text(document).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link ?? '');

    expect(links.filter((link) => !/^https:/.test(link) && !existsSync(join(ROOT, dirname(document), link)))).toEqual(
      [],
    );
  });

  it('names files of the project that exist', () => {
    const paths = [...new Set(text(document).match(/(?<![\w/.~-])(src|drivers|test|templates|bin|\.ci)\/[\w./-]*\w/g))];

    const strange = paths.filter((path) => !/NAME/.test(path) && !existsSync(join(ROOT, path)));
    expect(strange).toEqual([]);
  });
});

it.each(['bin/quickstart', 'bin/test', 'bin/run.js', '.ci/run'])('%s can be run', (path) => {
  expect(() => accessSync(join(ROOT, path), constants.X_OK)).not.toThrow();
});

/** What berth says against a command line when it reads it; undefined for one that it takes, and for how one is written at all. */
async function refusalOf({ words, isWhole }: CommandLine): Promise<string | undefined> {
  if (commandOf(words).name === PLACEHOLDER || words.some((word) => /^\[[-A-Z]/.test(word))) return undefined;
  const refused = (error: unknown): string | undefined =>
    isWhole || !/^Missing|expects a value/.test((error as Error).message)
      ? `${words.join(' ')}: ${String(error)}`
      : undefined;
  try {
    const [name = '', ...rest] = commandLine(words, [...commands.keys()], (id) => shapesOf(id));
    const command = commands.get(name);
    if (!command || rest.includes('--help')) return undefined;
    const { args, strict } = command;
    const { raw, flags } = await Parser.parse(rest, { args, strict, flags: shapesOf(name) });
    const typed = raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : []));
    const strange = typed.filter((flag) => !fits(shapesOf(name)[flag], String(flags['driver'])));
    return strange.length === 0 ? undefined : `${words.join(' ')}: ${strange.join()} is not of this driver`;
  } catch (error) {
    return refused(error);
  }
}

/** An option of a driver wants that driver; `local` is one or the other. */
function fits(flag: Interfaces.FlagInput[string] | undefined, driver: string): boolean {
  const owner = allDrivers().find(({ title }) => title.toUpperCase() === flag?.helpGroup);
  return owner === undefined || [owner.name, 'local'].includes(driver);
}

function shapesOf(id: string): Interfaces.FlagInput {
  const { baseFlags = {}, flags = {}, enableJsonFlag = false } = commands.get(id) ?? {};
  return { ...baseFlags, ...flags, ...(enableJsonFlag ? { json: Flags.boolean() } : {}) };
}

function namesOf(id: string): readonly string[] {
  return Object.entries(shapesOf(id)).flatMap(([name, { char }]) => [`--${name}`, ...(char ? [`-${char}`] : [])]);
}

function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
