import { MachineError } from './errors.js';

/** A cluster's name that was checked; it names a file. The only way to get one is parseClusterName. */
export type ClusterName = string & { readonly __brand: 'ClusterName' };

/** As machines' names, without capitals: some disks do not tell `Web` from `web`. */
const NAME = /^[a-z0-9][a-z0-9.-]*$/;
/** With `.json` and a temporary ending it stays below the 255 bytes that file systems allow. */
const LONGEST = 63;
/** An error's message is one line of about 100 characters. */
const LONGEST_SHOWN = 16;

/** @throws MachineError BadName when the text cannot be a cluster's name */
export function parseClusterName(text: string): ClusterName {
  if (text === '') throw badName('a cluster name cannot be empty');
  if (text.length > LONGEST) throw badName(`a cluster name has at most ${LONGEST} characters, got ${text.length}`);
  if (!NAME.test(text)) {
    throw badName(`a cluster name has only a-z, 0-9, "-", "." and a letter or digit first, got ${quote(text)}`);
  }
  return text as ClusterName;
}

function badName(message: string): MachineError {
  return new MachineError('BadName', message);
}

/** What cannot be seen is shown escaped, so that a name cannot draw on the terminal; what is long is cut. */
function quote(text: string): string {
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return JSON.stringify(cut).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
