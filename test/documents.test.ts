import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from '@oclif/core';
import { commandOf, COMMANDS } from './helpers/commands.js';
import { driversDocument } from './helpers/drivers-document.js';
import { goldenFile } from './helpers/golden.js';
import { projectSchema } from './helpers/project-schema.js';
import { drivers } from '../drivers/index.js';
import { EXIT_CODES } from '../src/errors.js';

const ROOT = resolve(import.meta.dirname, '..');
/** Those that name what docker-machine had and berth has not, or are made from the drivers' tables, are no examples. */
const BY_TASK = readdirSync(join(ROOT, 'docs')).filter(
  (name) => name.endsWith('.md') && !['differences.md', 'drivers.md'].includes(name),
);
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...BY_TASK.map((name) => `docs/${name}`)];
/** oclif's own flag on every command. */
const HELP = '--help';

const verbs = COMMANDS.map(({ name }) => name);
const flagsOf = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  for (const { name: verb, path } of COMMANDS) {
    const loaded = (await import(path)) as { default: typeof Command };
    const { flags, baseFlags, enableJsonFlag } = loaded.default;
    const names = Object.entries({ ...baseFlags, ...flags }).flatMap(([name, { char }]) => [
      `--${name}`,
      ...(char ? [`-${char}`] : []),
    ]);
    flagsOf.set(verb, new Set([...names, HELP, ...(enableJsonFlag ? ['--json'] : [])]));
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

  it('lists every exit code', () => {
    const rows = [...troubles.matchAll(/^\| (\d+) \|/gm)].map(([, exit]) => Number(exit));

    expect(rows).toEqual([...new Set([0, 1, ...Object.values(EXIT_CODES)])]);
  });
});

describe('the README', () => {
  const readme = text('README.md');

  it('lists every driver', () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` \| [^|]* \|$/gm)].map(([, name]) => name);

    expect(rows.sort()).toEqual(drivers.map(({ name }) => name).sort());
  });

  it('shows every verb', () => {
    const shown = new Set(commandsIn(readme).map((words) => commandOf(words).name));

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
  expect(flags.filter((flag) => !flagsOf.get('create')?.has(flag))).toEqual([]);
});

describe('the schema of berth.yaml', () => {
  it('holds every flag that may stand there', () => {
    const written = `${JSON.stringify(projectSchema(drivers), null, 1)}\n`;

    expect(written).toBe(goldenFile(join(ROOT, 'templates/project/berth.schema.json'), written));
  });
});

describe('the list of drivers', () => {
  it('holds every option of every driver', () => {
    const written = driversDocument(drivers);

    expect(written).toBe(goldenFile(join(ROOT, 'docs/drivers.md'), written));
  });
});

describe.each(DOCUMENTS)('%s', (document) => {
  it('shows only verbs that exist', () => {
    const strange = commandsIn(text(document)).filter(
      (words) => ![...verbs, 'VERB', HELP].includes(commandOf(words).name),
    );

    expect(strange).toEqual([]);
  });

  it('shows only flags that the verb has', () => {
    const strange = commandsIn(text(document)).flatMap((words) => {
      const { name, rest } = commandOf(words);
      return ownFlags(name, rest).filter((flag) => !(flagsOf.get(name)?.has(flag) ?? flag === HELP));
    });

    expect(strange).toEqual([]);
  });

  it('names only flags that some verb has', () => {
    const known = new Set([...flagsOf.values()].flatMap((flags) => [...flags]));
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

/** The word lists after `berth` or `bin/run.js`, of code blocks and of code within lines. */
function commandsIn(markdown: string): string[][] {
  const lines = [...blocksIn(markdown).flatMap((block) => block.split('\n')), ...codeIn(markdown)];
  return lines.flatMap((line) => {
    // Steps of CI systems are lists in YAML.
    const found =
      /^ *(?:- )?(?:run: )?(?:\$ |docker \$\(|eval "\$\(|[A-Z].*"\$\()?(?:berth|bin\/run\.js) ([^)#]*)/.exec(line);
    return found ? [(found[1] ?? '').trim().split(/\s+/)] : [];
  });
}

/** What stands before the command that `ssh` sends. */
function ownFlags(verb: string, words: readonly string[]): string[] {
  const own = verb === 'ssh' ? words.slice(0, 1) : words;
  return own.filter((word) => /^--?[a-zA-Z]/.test(word)).map((word) => word.split('=')[0] ?? '');
}

function blocksIn(markdown: string): string[] {
  return [...markdown.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');
}

/** Code within lines, outside blocks. */
function codeIn(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');
}

function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
