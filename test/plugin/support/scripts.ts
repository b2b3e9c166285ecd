import '../../helpers/realm.js';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlugin, type Plugin } from '../../../src/plugin/binary.js';
import type { PluginCommand } from '../../../src/plugin/command.js';
import { poll } from '../../../src/poll.js';
import { recordingReporter, type RecordingReporter } from '../../helpers/reporter.js';

/** A driver binary of the name "fake" that is a shell script; $ADDRESS is what the test says, and $PIDFILE gets its number. */
export function scriptDriver(folder: string, script: string): string {
  const path = join(folder, 'docker-machine-driver-fake');
  writeFileSync(path, `#!/bin/sh\necho $$ > ${join(folder, 'pid')}\n${script}\n`, { mode: 0o755 });
  return path;
}

export function pidOf(folder: string): number {
  return Number(readFileSync(join(folder, 'pid'), 'utf8'));
}

export async function untilStarted(folder: string): Promise<void> {
  const hasPid = async (): Promise<true | undefined> =>
    existsSync(join(folder, 'pid')) && pidOf(folder) > 0 ? true : undefined;
  await poll(hasPid, { what: 'the script to start', withinMs: 5_000, everyMs: 5 });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface OpenScript {
  readonly plugin: Promise<Plugin>;
  readonly report: RecordingReporter;
}

/** Opens it with limits that suit a test. */
export function open(path: string, more: Partial<PluginCommand> & { readonly address?: string } = {}): OpenScript {
  const report = recordingReporter();
  const { address = '', times, ...command } = more;
  const plugin = openPlugin({
    driver: 'fake',
    path,
    environment: { ...process.env, ADDRESS: address },
    report,
    signal: new AbortController().signal,
    secrets: [],
    times: { startMs: 5_000, closeMs: 100, ...times },
    ...command,
  });
  // Awaited later, perhaps after it has failed.
  plugin.catch(() => {});
  return { plugin, report };
}
