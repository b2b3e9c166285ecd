import { mkdir, rm, writeFile } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { quoteWord } from '../../src/template.js';
import type { QemuMachine } from './index.js';
import { FILES } from './place.js';

export interface Autostart {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Root's machines start with the computer, others when their user does. */
  readonly isRoot: boolean;
  readonly folder: string;
}

export interface StartFile {
  readonly path: string;
  readonly content: string;
}

/** What the system reads to start a machine; it runs QEMU as it was run last. */
export function startFile({ platform, environment, isRoot, folder }: Autostart, words: readonly string[]): StartFile {
  const name = `berth-${(platform === 'win32' ? win32 : posix).basename(folder)}`;
  const home = environment['HOME'] ?? '';
  if (platform === 'win32') {
    const startup = `${environment['APPDATA'] ?? ''}\\Microsoft\\Windows\\Start Menu\\Programs\\Startup`;
    const command = words.map((word) => `"${word.replaceAll('%', '%%')}"`).join(' ');
    const unless = `@if not exist "${folder}\\${FILES.saved}"`;
    return { path: `${startup}\\${name}.cmd`, content: `${unless} start "" /b ${command}\r\n` };
  }
  // A suspended machine goes on from its memory when its user wants it; its disk must not change before.
  const command = `[ -e ${quoteWord(`${folder}/${FILES.saved}`)} ] || exec ${words.map(quoteWord).join(' ')}`;
  if (platform === 'darwin')
    return { path: `${home}/Library/LaunchAgents/${name}.plist`, content: propertyList(name, command) };
  const wants = isRoot
    ? '/etc/systemd/system/multi-user.target.wants'
    : `${environment['XDG_CONFIG_HOME'] || `${home}/.config`}/systemd/user/default.target.wants`;
  return { path: `${wants}/${name}.service`, content: unit(command, isRoot) };
}

export function autostartOf({ folder }: QemuMachine, environment: Autostart['environment']): Autostart {
  return { platform: process.platform, environment, isRoot: process.getuid?.() === 0, folder };
}

export async function writeStartFile(autostart: Autostart, words: readonly string[]): Promise<void> {
  const { path, content } = startFile(autostart, words);
  await mkdir((autostart.platform === 'win32' ? win32 : posix).dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o600 });
}

export async function removeStartFile(autostart: Autostart): Promise<void> {
  await rm(startFile(autostart, []).path, { force: true });
}

/** Quoted for a shell, then for systemd, which takes % and $ for its own (systemd.service(5)). */
function unit(command: string, isRoot: boolean): string {
  const quoted = command.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return [
    '[Unit]',
    'Description=A machine of berth',
    ...(isRoot ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    '[Service]',
    `ExecStart=/bin/sh -c "${quoted}"`,
    'KillMode=mixed',
    '[Install]',
    `WantedBy=${isRoot ? 'multi-user.target' : 'default.target'}`,
    '',
  ].join('\n');
}

function propertyList(name: string, command: string): string {
  const text = (value: string): string =>
    `<string>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</string>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<plist version="1.0"><dict>',
    `<key>Label</key>${text(name)}`,
    `<key>ProgramArguments</key><array>${['/bin/sh', '-c', command].map(text).join('')}</array>`,
    '<key>RunAtLoad</key><true/>',
    '</dict></plist>',
    '',
  ].join('\n');
}
