// Writes the man pages of dist/man from oclif.manifest.json: berth(1), and one page a command. Part of the build, after the manifest.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES } from '../dist/src/errors.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const json = async (name) => JSON.parse(await readFile(join(root, name), 'utf8'));
const { version, description, oclif } = await json('package.json');
const commands = Object.values((await json('oclif.manifest.json')).commands)
  .filter(({ hidden }) => !hidden)
  .sort((one, other) => (one.id < other.id ? -1 : 1));

const folder = join(root, 'dist/man');
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'berth.1'), overview());
for (const command of commands) await writeFile(join(folder, `${pageOf(command)}.1`), page(command));

function overview() {
  return [
    ...head('berth', description),
    '.SH SYNOPSIS',
    '.B berth',
    '.I command',
    '[options] [arguments]',
    '.SH COMMANDS',
    ...commands.flatMap((command) => ['.TP', bold(typed(command)), escaped(command.summary ?? '')]),
    '.SH OPTIONS OF ALL COMMANDS',
    ...flagsOf(commands[0]).filter(isGlobal).flatMap(option),
    '.SH EXIT STATUS',
    ...exitCodes().flatMap(([code, ids]) => ['.TP', bold(String(code)), escaped(ids.join(', '))]),
    '.SH FILES',
    ...['.TP', bold('~/.docker/machine'), 'The store: machines, clusters and certificates.'],
    ...['.TP', bold('berth.yaml'), `Machines and clusters for ${bold('berth apply')}.`],
    '.SH SEE ALSO',
    escaped(commands.map((command) => `${pageOf(command)}(1)`).join(', ')),
    '',
  ].join('\n');
}

function page(command) {
  const flags = flagsOf(command);
  const [own, global] = [flags.filter((flag) => !isGlobal(flag)), flags.filter(isGlobal)];
  const args = Object.values(command.args);
  const section = (title, lines) => (lines.length === 0 ? [] : [`.SH ${title}`, ...lines]);
  return [
    ...head(pageOf(command), command.summary ?? ''),
    '.SH SYNOPSIS',
    bold(`berth ${typed(command)}`),
    escaped(usageOf(command, args)),
    ...section('DESCRIPTION', paragraphs(expanded(command.description ?? ''))),
    ...section(
      'ARGUMENTS',
      args.flatMap(({ name, description: text = '' }) => ['.TP', italic(name), escaped(text)]),
    ),
    ...section('OPTIONS', own.flatMap(option)),
    ...section('OPTIONS OF ALL COMMANDS', global.flatMap(option)),
    ...section(
      'EXAMPLES',
      (command.examples ?? []).flatMap((text) => ['.EX', escaped(expanded(String(text))), '.EE', '']),
    ),
    '.SH SEE ALSO',
    '.BR berth (1)',
    '',
  ].join('\n');
}

function head(name, summary) {
  const line = summary.replace(/\.$/, '');
  return [
    `.TH ${name.toUpperCase()} 1 "" "berth ${version}" "berth"`,
    // Names of variables and commands are to be pasted: no hyphens of groff's own.
    '.nh',
    '.ad l',
    '.SH NAME',
    `${escaped(name)} \\- ${escaped(line)}`,
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
    ...(multiple ? ['May be given several times.'] : []),
  ];
  return ['.TP', `${names}${value}`, escaped([`${summary ?? text ?? ''}.`.replace(/\.\.$/, '.'), ...more].join(' '))];
}

function exitCodes() {
  const byCode = new Map([[0, ['success']]]);
  for (const [id, code] of Object.entries(EXIT_CODES)) byCode.set(code, [...(byCode.get(code) ?? []), id]);
  return [...byCode].sort(([one], [other]) => one - other);
}

function paragraphs(text) {
  return text === '' ? [] : text.split('\n').map((line) => (line === '' ? '.PP' : escaped(line)));
}

function expanded(text) {
  return text.replaceAll('<%= config.bin %>', oclif.bin);
}

function pageOf({ id }) {
  return `berth-${id.replaceAll(':', '-')}`;
}

function typed({ id }) {
  return id.replaceAll(':', ' ');
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
