import { readdirSync, readFileSync } from 'node:fs';
import { parseSubnet } from '../../../drivers/nspawn/network.js';
import { sh, TEST_SUBNET } from './berth.js';

/** The tests' own network: other machines of this computer may come and go meanwhile. */
const BRIDGE = parseSubnet(TEST_SUBNET).bridge;

/** What a run that was killed has left: it is no fault of this one. Empty where the tests on hosts are skipped. */
const BEFORE = new Set(await traces().catch(() => []));

/** What is left of machines with these names, and of the network they had: nothing, when all are removed. */
export async function leftovers(...names: readonly string[]): Promise<string[]> {
  const left = (await traces()).filter((line) => !BEFORE.has(line));
  const ofMachine = new RegExp(`(/|berth-|: )(${names.join('|')})-[0-9a-f]{8}`);
  const isStray = (line: string): boolean =>
    line.startsWith('link: ') && !line.includes(' master ') && !/berth0:/.test(line);
  return left.filter((line) => ofMachine.test(line) || line.includes(BRIDGE) || isStray(line));
}

/** Everything of the nspawn driver that is on this computer outside its cache. */
async function traces(): Promise<string[]> {
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
