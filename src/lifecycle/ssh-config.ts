import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { MachineError, systemCode } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { Store } from '../store/store.js';
import type { Program } from './program.js';
import { sshProgramWords } from './ssh-program.js';

/** Settings of ssh_config(5) for one machine, in order. */
export type SshBlock = readonly (readonly [keyword: string, value: string])[];

/** How ssh, scp and whatever reads their configuration get to a machine under its name. @throws MachineError HostUnreachable */
export async function sshBlock(machine: Machine, program: Program): Promise<SshBlock> {
  const { settings, user, host } = await sshProgramWords(machine, program);
  const own = settings.map((setting): readonly [string, string] => {
    const at = setting.indexOf('=');
    return [setting.slice(0, at), setting.slice(at + 1)];
  });
  return [['HostName', host], ['User', user], ...own];
}

/** A block of ssh_config(5). */
export function printSshBlock(name: MachineName, block: SshBlock): string {
  return [`Host ${name}`, ...block.map(([keyword, value]) => `  ${keyword} ${written(keyword, value)}`), ''].join('\n');
}

/** `%` starts a token in these; blanks part values everywhere. */
function written(keyword: string, value: string): string {
  const plain = WITH_TOKENS.has(keyword) ? value.replaceAll('%', '%%') : value;
  return /\s/.test(plain) ? `"${plain}"` : plain;
}
const WITH_TOKENS = new Set(['HostName', 'IdentityFile', 'UserKnownHostsFile']);

/** Writes the block beside the record, where what `--install` has added finds it. */
export async function keepSshConfig(machine: Machine, program: Program): Promise<void> {
  const { store } = program;
  if (machine.address === '' || program.findDriver(machine.driver)?.features.ssh !== true) return;
  const text = printSshBlock(machine.name, await sshBlock(machine, program));
  if ((await store.readFile(machine.name, 'ssh_config')) === text) return;
  await store.writeFile(machine.name, 'ssh_config', text);
}

/** The line that makes ssh read the blocks of all machines, those that come later among them. */
export function includeLine({ base }: Pick<Store, 'base'>): string {
  const pattern = join(base.replace(/[*?[\]\\]/g, '\\$&'), 'machines', '*', 'ssh_config');
  return `Include ${/\s/.test(pattern) ? `"${pattern}"` : pattern}`;
}

export interface Installed {
  readonly path: string;
  readonly line: string;
  /** The line was there already. */
  readonly wasThere: boolean;
}

/** Adds that line to the user's ssh_config, before everything else: behind a Host line it would be of that host alone. */
export async function installSshConfig({ sshConfigPath, store }: Program): Promise<Installed> {
  if (sshConfigPath === undefined) throw new MachineError('NotSupported', 'there is no ssh_config of a user here');
  const line = includeLine(store);
  // Where it is a link, into a repository of the user's settings say, it stays one.
  const path = await realpath(sshConfigPath).catch(() => sshConfigPath);
  const text = await textOf(path);
  if (text.split(/\r?\n/).some((present) => present.trim() === line))
    return { path: sshConfigPath, line, wasThere: true };
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(beside, `${line}\n${text === '' ? '' : `\n${text}`}`, { mode, flag: 'wx' });
    await rename(beside, path);
  } catch (cause) {
    throw new MachineError('StoreUnusable', `cannot write "${sshConfigPath}"`, { cause });
  }
  return { path: sshConfigPath, line, wasThere: false };
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    if (systemCode(cause) === 'ENOENT') return '';
    throw new MachineError('StoreUnusable', `cannot read "${path}"`, { cause });
  });
}
