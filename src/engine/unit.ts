import { MachineError } from '../errors.js';
import { quoteWord, renderTemplate } from '../template.js';
import type { EngineVariable } from './flags.js';

export const DROP_IN = '/etc/systemd/system/docker.service.d/10-machine.conf';

export const OPENRC_CONFIG = '/etc/conf.d/docker';

/** Stands for dockerd and its --containerd where only the host will know them, once the engine is installed. */
export const PROGRAM_HOLE = '@program@';

export interface UnitWish {
  /** Absolute path of dockerd; undefined before it is installed. */
  readonly dockerd?: string | undefined;
  /** What the packaged unit gives to --containerd. */
  readonly containerd?: string | undefined;
  readonly flags: readonly string[];
  readonly variables: readonly EngineVariable[];
}

/** The drop-in that starts dockerd without the packaged unit's -H, which would collide with daemon.json. */
export function dropIn({ dockerd, containerd, flags, variables }: UnitWish): string {
  const program = dockerd ? [dockerd, ...(containerd ? [`--containerd=${containerd}`] : [])] : [PROGRAM_HOLE];
  const words = [...program, ...flags.map(quoteForExec)];
  const lines = variables.map(({ name, value }) => `Environment=${quoteForUnit(`${name}=${value}`)}\n`);
  return renderTemplate('systemd/10-machine.conf', { command: words.join(' ') }) + lines.join('');
}

/** One word of ExecStart: `$` starts a variable there, in quotes too (systemd.service(5), "Command lines"). */
export function quoteForExec(word: string): string {
  return quoteForUnit(word).replaceAll('$', '$$$$');
}

/** One word of a unit file: `%` starts a specifier, backslash and quote end or escape (systemd.syntax(7)). */
export function quoteForUnit(word: string): string {
  if (/[\r\n\0]/.test(word)) throw new MachineError('BadOption', 'a setting of the engine cannot hold a line break');
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
  return /^[a-zA-Z0-9_/.:=@,+$%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/**
 * What OpenRC's docker service reads. Depending on its age OpenRC splits DOCKER_OPTS at blanks, whatever the quotes, or
 * runs it through `eval`; words that mean the same either way are all that can be given.
 * @throws MachineError BadOption for a flag with blanks or characters that are special to a shell
 */
export function openrcSettings({ flags, variables }: Pick<UnitWish, 'flags' | 'variables'>): string {
  const unsafe = flags.find((flag) => !/^[a-zA-Z0-9_/.:=@%+,{}^-]+$/.test(flag));
  if (unsafe !== undefined) {
    throw new MachineError('BadOption', `OpenRC cannot give the engine the option ${JSON.stringify(unsafe)}`, {
      suggestions: ['Choose a value without blanks, quotes and characters that are special to a shell'],
    });
  }
  const exports = variables.map(({ name, value }) => `export ${name}=${quoteWord(value)}\n`);
  return `# Written by berth.\nDOCKER_OPTS=${quoteWord(flags.join(' '))}\n${exports.join('')}`;
}
