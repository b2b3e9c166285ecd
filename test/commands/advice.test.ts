import '../cli/support/columns.js';
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { commandOf, COMMANDS } from '../helpers/commands.js';
import { globalFlags } from '../../src/cli/machine-command.js';
import { EXIT_CODES } from '../../src/errors.js';

const ROOT = resolve(import.meta.dirname, '../..');

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

const sources = [...walk('src'), ...walk('drivers')].map((path) => ({
  path,
  code: readFileSync(join(ROOT, path), 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, ''),
}));

/** Text of string and template literals, values in templates as an ellipsis; one literal is one line. */
function literals(code: string): string[] {
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)].map(([, plain, template]) =>
    (plain ?? template ?? '').replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…'),
  );
}

describe('the codes of errors', () => {
  const used = sources
    .filter(({ path }) => path !== 'src/errors.ts')
    .map(({ code }) => code)
    .join('\n');

  it.each(Object.keys(EXIT_CODES))('%s is used', (code) => {
    expect(used).toContain(`'${code}'`);
  });

  it('are all that is used', () => {
    const codes = [...used.matchAll(/new MachineError\(\s*'(\w+)'/g)].map(([, code]) => code ?? '');

    expect(codes.filter((code) => !(code in EXIT_CODES))).toEqual([]);
  });
});

const messages = sources.flatMap(({ path, code }) =>
  [...code.matchAll(/new MachineError\(\s*'\w+',\s*('(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)/g)].flatMap(([, literal]) =>
    literals(literal ?? '').map((message) => ({ path, message })),
  ),
);

const PROVIDER = /^(Azure|DigitalOcean|EC2|Google|Hetzner|OpenStack) /;

describe('the messages of errors', () => {
  it.each(messages)(
    '$message is one line of at most 100 characters, without a capital or a full stop',
    ({ message }) => {
      expect(message.length).toBeLessThanOrEqual(100);
      // Names of providers keep their capital.
      expect(message.replace(PROVIDER, '')).toMatch(/^(?![A-Z][a-z]*\b)[^\n]*[^\n.]$/);
      expect(message).not.toMatch(/please|sorry|oops|!$/i);
    },
  );
});

/** A command to be pasted begins its sentence, or stands behind "Name it: " or ", or "; elsewhere berth is spoken of. */
const ADVICE =
  /(?<=^|^[A-Z][\w ]*: |, or )berth ([a-z][a-z-]*|--?[a-z-]+)((?: (?:--?[a-zA-Z][\w-]*|…|[A-Z_]+|[\w./:-]+))*)/g;

/** Words that the minimal OS says to whoever has booted it. */
const OF_THE_OS = /^berth (ready|failed)\b/;

const advice = sources.flatMap(({ path, code }) =>
  literals(code).flatMap((text) =>
    OF_THE_OS.test(text) || messages.some(({ message }) => message === text)
      ? []
      : [...text.matchAll(ADVICE)].map(([whole, verb = '', rest = '']) => ({ path, whole, verb, rest })),
  ),
);

const commands = new Map<string, ReadonlySet<string>>();
for (const { name, path } of COMMANDS) {
  const { default: command } = (await import(path)) as {
    default: { flags?: Readonly<Record<string, { char?: string }>> };
  };
  const flags = Object.entries({ ...globalFlags, ...command.flags }).flatMap(([name, { char }]) => [
    `--${name}`,
    ...(char === undefined ? [] : [`-${char}`]),
  ]);
  commands.set(name, new Set([...flags, '--help', '--json']));
}

describe('advice', () => {
  it('is there to be checked', () => {
    expect(advice.length).toBeGreaterThan(15);
  });

  it.each(advice)('$whole ($path) names a command and options that exist', ({ verb, rest: behind }) => {
    const { name, rest } = commandOf([verb, ...behind.trim().split(' ')]);
    const flags = verb.startsWith('-') ? new Set(['--help']) : commands.get(name);

    const unknown = (verb.startsWith('-') ? [verb] : [])
      .concat(ownFlags(name, rest))
      .filter((flag) => !flags?.has(flag));
    expect({ exists: flags !== undefined, unknown }).toEqual({ exists: true, unknown: [] });
  });
});

/** Flags that are berth's: of ssh only those before the machine's name. */
function ownFlags(verb: string, words: readonly string[]): string[] {
  const end = verb === 'ssh' ? words.findIndex((word) => !word.startsWith('-')) : words.length;
  return words.slice(0, end).filter((word) => word.startsWith('-'));
}
