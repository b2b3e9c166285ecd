// Writes the man page berth(1) into dist/man, from oclif.manifest.json. Part of the build, after the manifest.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES } from '../dist/src/errors.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const json = async (name) => JSON.parse(await readFile(join(root, name), 'utf8'));
const { version, description, oclif } = await json('package.json');
const commands = Object.values((await json('oclif.manifest.json')).commands)
  .filter(({ hidden }) => !hidden)
  .sort((one, other) => (one.id < other.id ? -1 : 1));

await mkdir(join(root, 'dist/man'), { recursive: true });
await writeFile(join(root, 'dist/man/berth.1'), page());

function page() {
  return [
    `.TH BERTH 1 "" "berth ${version}" "berth"`,
    // Names of variables and commands are to be pasted: no hyphens of groff's own.
    '.nh',
    '.ad l',
    '.SH NAME',
    `berth \\- ${escaped(description)}`,
    '.SH SYNOPSIS',
    '.B berth',
    '.I command',
    '[options] [arguments]',
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH OPTIONS OF ALL COMMANDS',
    ...flagsOf(commands[0]).filter(isGlobal).flatMap(option),
    '.SH EXIT STATUS',
    ...exitCodes().flatMap(([code, ids]) => ['.TP', bold(String(code)), escaped(ids.join(', '))]),
    '.SH FILES',
    ...['.TP', bold('~/.docker/machine'), 'The store: machines, clusters and certificates.'],
    ...['.TP', bold('berth.yaml'), `Machines and clusters for ${bold('berth apply')}.`],
    '',
  ].join('\n');
}

function commandLines(command) {
  const { id, summary = '', description: text = '', args, examples = [] } = command;
  const words = Object.values(args);
  return [
    `.SS berth ${escaped(id.replaceAll(':', ' '))} ${escaped(usageOf(command, words))}`,
    escaped(summary),
    ...(text === ''
      ? []
      : [
          '.PP',
          ...expanded(text)
            .split('\n')
            .map((line) => (line === '' ? '.PP' : escaped(line))),
        ]),
    ...words.flatMap(({ name, description: what = '' }) => ['.TP', italic(name.toUpperCase()), escaped(what)]),
    ...flagsOf(command)
      .filter((flag) => !isGlobal(flag))
      .flatMap(option),
    ...(examples.length === 0 ? [] : ['.PP', '.EX', ...examples.map((line) => escaped(expanded(String(line)))), '.EE']),
  ];
}

function usageOf({ id, usage, strict }, args) {
  if (usage) return expanded(String(usage)).replace(`${id} `, '');
  const words = args.map(({ name, required }) => (required ? name.toUpperCase() : `[${name.toUpperCase()}]`));
  return ['[options]', ...words, ...(strict === false ? ['...'] : [])].join(' ');
}

function flagsOf({ flags }) {
  return Object.values(flags).filter(({ hidden }) => !hidden);
}

function isGlobal({ helpGroup }) {
  return helpGroup === 'GLOBAL';
}

function option({ name, char, type, helpValue, options, description: text, summary, default: initial, env, multiple }) {
  const value =
    type === 'boolean' ? '' : ` ${italic(options?.join('|') ?? String(helpValue ?? 'value').replace(/[<>]/g, ''))}`;
  const names = [...(char ? [bold(`-${char}`)] : []), bold(`--${name}`)].join(', ');
  const more = [
    ...(initial === undefined || initial === '' || initial === false ? [] : [`Default: ${String(initial)}.`]),
    ...(env ? [`Environment: ${env}.`] : []),
    ...(multiple && !/repeatable|several/.test(text ?? '') ? ['May be given several times.'] : []),
  ];
  return ['.TP', `${names}${value}`, escaped([`${summary ?? text ?? ''}.`.replace(/\.\.$/, '.'), ...more].join(' '))];
}

function exitCodes() {
  const byCode = new Map([[0, ['success']]]);
  for (const [id, code] of Object.entries(EXIT_CODES)) byCode.set(code, [...(byCode.get(code) ?? []), id]);
  return [...byCode].sort(([one], [other]) => one - other);
}

function expanded(text) {
  return text.replaceAll('<%= config.bin %>', oclif.bin);
}

function bold(text) {
  return `\\fB${escaped(text)}\\fR`;
}

function italic(text) {
  return `\\fI${escaped(text)}\\fR`;
}

/** As groff takes it for text: no escapes, no requests, hyphens that can be pasted, lists that can be folded, ASCII alone. */
function escaped(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/,(?=\S)/g, ',\\:')
    .replace(/[^\0-\x7f]/gu, (sign) => `\\[u${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^([.'])/gm, '\\&$1');
}
