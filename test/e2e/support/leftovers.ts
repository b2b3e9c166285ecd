import { readdirSync, readFileSync } from 'node:fs';
import { sh } from './berth.js';

/** What of `now` was not there before: nothing, when every machine that was made since is removed. */
export async function leftovers(before: readonly string[]): Promise<string[]> {
  return (await traces()).filter((line) => !before.includes(line));
}

/** Everything of the nspawn driver that is on this computer outside its cache. */
export async function traces(): Promise<string[]> {
  const lines = async (what: string, program: string, ...args: string[]): Promise<string[]> =>
    (await sh(program, ...args))
      .split('\n')
      .flatMap((line) => (line.includes('berth') ? [`${what}: ${line.trim()}`] : []));
  return [
    ...listed('/var/lib/berth/nspawn').map((name) => `folder: ${name}`),
    ...(await lines('namespace', 'ip', 'netns', 'list')),
    ...(await lines('link', 'ip', '-o', 'link')),
    ...(await lines('rule', 'iptables', '-S')),
    ...(await lines('rule', 'iptables', '-t', 'nat', '-S')),
    ...(await lines('loop device', 'losetup', '-l', '-n', '-O', 'BACK-FILE')),
    ...readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes('/var/lib/berth'))
      .map((line) => `mount: ${line}`),
    ...listed('/proc').flatMap((pid) =>
      /^\d+$/.test(pid) && commandOf(pid).includes('/var/lib/berth/nspawn')
        ? [`process: ${pid} ${commandOf(pid)}`]
        : [],
    ),
    ...(await sh('find', '/sys/fs/cgroup', '-maxdepth', '3', '-type', 'd', '-name', 'berth-*'))
      .split('\n')
      .flatMap((path) => (path === '' ? [] : [`control group: ${path}`])),
  ];
}

function listed(folder: string): string[] {
  try {
    // Locks and counters of the driver itself begin with a dot.
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
