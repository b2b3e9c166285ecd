import type { Machine } from '../record.js';
import type { Program } from './program.js';
import { sshHost } from './host-connection.js';

/** What the ssh programs of this computer need to know of a machine. */
export interface SshProgramWords {
  /** Each a setting of ssh_config(5), `Port=22`. */
  readonly settings: readonly string[];
  readonly user: string;
  readonly host: string;
}

/**
 * The machine's key, and its pinned host key whatever address it has now; the rest is the user's own ssh_config.
 * @throws MachineError HostUnreachable for a machine without an address
 */
export async function sshProgramWords(machine: Machine, { store }: Pick<Program, 'store'>): Promise<SshProgramWords> {
  const {
    name,
    ssh: { user, port, keyPath },
  } = machine;
  const host = sshHost(machine);
  const pinned = (await store.readFile(name, 'known_hosts'))?.split(' ')[0];
  return {
    settings: [
      `UserKnownHostsFile=${store.path(name, 'known_hosts')}`,
      `HostKeyAlias=${pinned || name}`,
      'StrictHostKeyChecking=accept-new',
      `Port=${port}`,
      ...(keyPath === undefined ? [] : ['IdentitiesOnly=yes', `IdentityFile=${keyPath}`]),
    ],
    user,
    host,
  };
}

/** Settings as words for a program that has an option -o. */
export function asOptions(settings: readonly string[]): readonly string[] {
  return settings.flatMap((setting) => ['-o', quotedValue(setting)]);
}

/** ssh_config(5): a value with blanks stands in double quotes. */
function quotedValue(setting: string): string {
  const at = setting.indexOf('=') + 1;
  return /\s/.test(setting) ? `${setting.slice(0, at)}"${setting.slice(at)}"` : setting;
}
