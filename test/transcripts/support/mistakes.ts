import type { Take } from './transcript.js';

export const MISSING = 'a machine that does not exist';
export const NO_NAME = 'no name, and no machine "default"';
export const TOO_MANY = 'too many names';
export const BAD_FLAG = 'a flag that does not exist';
export const BAD_NAME = 'a name that no machine can have';
export const WRONG_VALUE = 'a wrong value of a flag';
export const NO_HOST = 'a machine without a host';
export const AS_DOCKER_MACHINE = 'called as docker-machine';

/** What goes wrong with every command that takes names, in the same words. */
export function mistakes(command: string, { several = false } = {}): Take[] {
  return [
    { title: MISSING, args: [command, 'nope'] },
    { title: NO_NAME, args: [command] },
    several
      ? { title: 'several names, one of which does not exist', args: [command, 'web-1', 'nope'] }
      : { title: TOO_MANY, args: [command, 'web-1', 'web-2'] },
    { title: BAD_FLAG, args: [command, '--frob', 'web-1'] },
    { title: WRONG_VALUE, args: [command, '--ssh-timeout=soon', 'web-1'] },
    { title: BAD_NAME, args: [command, 'web_1'] },
  ];
}
