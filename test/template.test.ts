import './helpers/realm.js';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quoteWord, renderTemplate } from '../src/template.js';
import { failureOf } from './helpers/failure.js';
import { testFolder } from './helpers/folder.js';

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

/** Renders a template of this text and extension. */
function render(extension: string, text: string, values: Readonly<Record<string, string>>): string {
  using folder = testFolder();
  const path = join(folder.path, `template${extension}`);
  writeFileSync(path, text);
  return renderTemplate(relative(TEMPLATES, path), values);
}

/** What would do harm somewhere: in a shell, in YAML, in JSON, in a replacement text, in another hole. */
const HOSTILE = [
  "it's; reboot",
  '$(reboot) `reboot` $HOME',
  '"quoted" \\ back',
  'two\nlines\r\n',
  '*',
  '',
  ' ',
  '-n',
  "$& $' $1",
  '{{b}}',
  '~/.ssh',
  '#no comment',
  '%n',
  'ümläut 🚢',
  '\t!x',
];

describe('a hole', () => {
  it.each(HOSTILE)('in a .sh file is one inert word: %j', (value) => {
    const script = render('.sh', 'printf "%s|" {{a}} end\n', { a: value });

    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${value}|end|`);
  });

  it.each(['.json', '.yaml'])('in a %s file is a JSON text', (extension) => {
    const values = HOSTILE.map((value) => render(extension, '{"a": {{a}}}', { a: value }));

    expect(values.map((text) => JSON.parse(text) as unknown)).toEqual(HOSTILE.map((a) => ({ a })));
  });

  it('in a .conf file takes the value as it is', () => {
    expect(render('.conf', 'Environment={{a}}\n', { a: '"A=$& b"' })).toBe('Environment="A=$& b"\n');
  });

  it.each(['.txt', '.service', ''])('in a "%s" file takes one line', async (extension) => {
    expect(render(extension, 'a={{a}}', { a: "it's" })).toBe("a=it's");
    for (const value of ['two\nlines', 'a\rb', 'a\0b']) {
      const failure = await failureOf(() => render(extension, 'a={{a}}', { a: value }));
      expect(failure.message).toBe('a value for this template cannot hold a line break');
    }
  });

  it('is filled wherever it stands', () => {
    expect(render('.txt', '{{a}}{{b}} {{a}}', { a: '1', b: '2' })).toBe('12 1');
  });

  it('is not looked for in values', () => {
    expect(render('.txt', '{{a}} {{b}}', { a: '{{b}}', b: '{{a}}' })).toBe('{{b}} {{a}}');
  });

  it('without a value is a bug', async () => {
    const failure = await failureOf(() => render('.txt', '{{a}} {{b}}', { a: '1' }));

    expect(failure.message).toMatch(/^template .*template\.txt: no value for the hole b$/);
    expect(failure.code).toBeUndefined();
  });

  it.each(['constructor', 'toString'])('is not filled with what every object has: %s', async (hole) => {
    const failure = await failureOf(() => render('.txt', `{{${hole}}}`, {}));

    expect(failure.message).toMatch(new RegExp(`: no value for the hole ${hole}$`));
  });

  it('is nothing that merely looks like one', () => {
    const text = "docker info --format '{{.LiveRestoreEnabled}}' {a} ${a} {{ a }}";

    expect(render('.sh', text, {})).toBe(text);
  });

  it('written with blanks leaves its value over, which is a bug', async () => {
    const failure = await failureOf(() => render('.sh', '{{ a }}', { a: '1' }));

    expect(failure.message).toMatch(/^template .*template\.sh: no hole for a$/);
  });
});

describe('a value', () => {
  it('without a hole is a bug', async () => {
    const failure = await failureOf(() => render('.txt', '{{a}}', { a: '1', b: '2', c: '3' }));

    expect(failure.message).toMatch(/^template .*template\.txt: no hole for b, c$/);
  });
});

describe('quoteWord', () => {
  it.each([
    ['plain-word_1/a.b:c=d@e%f+g,h', 'plain-word_1/a.b:c=d@e%f+g,h'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['~', "'~'"],
  ])('writes %s as %s', (word, quoted) => {
    expect(quoteWord(word)).toBe(quoted);
  });

  it('refuses what no word can hold', async () => {
    expect((await failureOf(() => quoteWord('a\0b'))).message).toBe('a shell word cannot hold a NUL character');
  });
});
