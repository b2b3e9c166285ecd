import { badName, quote } from './name.js';

/** A cluster's name that was checked; it names a file. The only way to get one is parseClusterName. */
export type ClusterName = string & { readonly __brand: 'ClusterName' };

/** As machines' names, without capitals: some disks do not tell `Web` from `web`. */
const NAME = /^[a-z0-9][a-z0-9.-]*$/;
/** With `.json` and a temporary ending it stays below the 255 bytes that file systems allow. */
const LONGEST = 63;

/** @throws MachineError BadName when the text cannot be a cluster's name */
export function parseClusterName(text: string): ClusterName {
  if (text === '') throw badName('a cluster name cannot be empty');
  if (text.length > LONGEST) throw badName(`a cluster name has at most ${LONGEST} characters, got ${text.length}`);
  if (!NAME.test(text)) {
    throw badName(`a cluster name has only a-z, 0-9, "-", "." and a letter or digit first, got ${quote(text)}`);
  }
  return text as ClusterName;
}
