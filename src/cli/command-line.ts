import { MachineError } from '../errors.js';
import { closeTo } from './close-words.js';
import { goFlags, parseFlag, type FlagShapes } from './go-flags.js';
import { GLOBAL, nameIndex } from './ssh-words.js';

/**
 * The words of a command line as oclif wants them: the command first, help and version by one spelling each.
 * @throws MachineError BadUsage for a command or a leading option that does not exist
 */
export function commandLine(
  words: readonly string[],
  commands: readonly string[],
  flagsOf: (command: string) => FlagShapes = () => GLOBAL,
): readonly string[] {
  const { leading, rest } = splitGlobalFlags(words);
  const [command, ...others] = joinTopic(rest, commands);
  if (command === undefined || isFlag(command, 'help')) return ['--help'];
  if (isFlag(command, 'version')) return ['version'];
  if (command === 'help' || command === 'h') return helpFor(joinTopic(others, commands)[0], commands);
  if (command.startsWith('-')) {
    const name = command.split('=')[0] ?? '';
    throw new MachineError('BadUsage', `option ${name} is unknown`, { suggestions: ['berth --help'] });
  }
  refuseUnknown(command, commands);
  const shapes = { ...GLOBAL, ...flagsOf(command), ...HELP };
  return [
    command,
    ...(command === 'ssh'
      ? guarded([...leading, ...others], shapes)
      : goFlags([...leading, ...others.map(longHelp)], shapes)),
  ];
}

/** `swarm create` is one command of the topic `swarm`; the topic alone asks for its help. */
function joinTopic(words: readonly string[], commands: readonly string[]): readonly string[] {
  const [topic = '', verb = '', ...rest] = words;
  if (!commands.some((id) => id.startsWith(`${topic}:`))) return words;
  if (verb === '' || verb === 'help' || isFlag(verb, 'help')) return [topic, '--help'];
  return [`${topic}:${verb}`, ...rest];
}

const HELP: FlagShapes = { help: { type: 'boolean' } };

function longHelp(word: string): string {
  return word === '-h' ? '--help' : word;
}

function isFlag(word: string, name: string): boolean {
  return [`--${name}`, `-${name}`, `-${name[0] ?? ''}`].includes(word);
}

/** docker-machine's global flags stand before the command. */
function splitGlobalFlags(words: readonly string[]): { leading: readonly string[]; rest: readonly string[] } {
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? '';
    const flag = parseFlag(word, GLOBAL);
    if (!flag) break;
    at += flag.type === 'option' && flag.value === undefined ? 2 : 1;
  }
  return { leading: words.slice(0, at), rest: words.slice(at) };
}

function helpFor(command: string | undefined, commands: readonly string[]): readonly string[] {
  if (command === undefined) return ['--help'];
  refuseUnknown(command, commands);
  return [command, '--help'];
}

function refuseUnknown(command: string, commands: readonly string[]): void {
  if (commands.includes(command) || commands.some((id) => id.startsWith(`${command}:`))) return;
  throw new MachineError('BadUsage', `no command is called "${command.replace(':', ' ')}"`, {
    suggestions: [
      ...closeTo(command, commands)
        .slice(0, 2)
        .map((known) => `berth ${known.replace(':', ' ')}`),
      'berth --help',
    ],
  });
}

/** From the machine's name on, `--help` and its like are the remote command's own. */
function guarded(words: readonly string[], shapes: FlagShapes): readonly string[] {
  const at = nameIndex(words);
  const ours = goFlags(words.slice(0, at).map(longHelp), shapes);
  if (at >= words.length) return ours;
  return [...ours, ...(ours.at(-1) === '--' ? [] : ['--']), ...words.slice(at)];
}
