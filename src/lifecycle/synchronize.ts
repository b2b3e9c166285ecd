import { MachineError } from '../errors.js';
import type { Location } from './copy.js';
import type { Program } from './program.js';
import { refuseWithoutHost } from './refuse.js';
import { asOptions, sshProgramWords } from './ssh-program.js';

/**
 * Copies with rsync, which sends only what differs; one side has to be this computer.
 * @throws MachineError BadUsage, ToolMissing, CommandFailed
 */
export async function synchronize(
  from: Location,
  to: Location,
  { recursive, quiet }: { recursive: boolean; quiet: boolean },
  program: Program,
): Promise<void> {
  const [remote, ...more] = [from, to].flatMap((place) => (place.kind === 'machine' ? [place] : []));
  if (remote === undefined || more.length > 0) {
    throw new MachineError('BadUsage', 'with --delta exactly one of the two paths has to be on a machine');
  }
  const machine = await program.store.read(remote.name);
  refuseWithoutHost(machine, 'it has no files to copy', program);
  const { settings, user, host } = await sshProgramWords(machine, program);
  // rsync parts this at blanks, and takes quotes for what holds some.
  const shell = ['ssh', ...asOptions(settings).map((word) => (/\s/.test(word) ? `'${word}'` : word))].join(' ');
  const path = ({ path }: Location): string => (path.startsWith('-') ? `./${path}` : path);
  const there = `${remote.user ?? user}@${host.includes(':') ? `[${host}]` : host}:${remote.path}`;
  const words = [
    ...(quiet ? ['--quiet'] : ['--progress']),
    ...['--rsh', shell],
    ...(recursive ? ['--recursive'] : []),
    ...(from === remote ? [there, path(to)] : [path(from), there]),
  ];
  const exitCode = await program.runTool({ program: 'rsync', words, neededFor: 'copies with --delta' });
  if (exitCode !== 0) throw new MachineError('CommandFailed', `rsync ended with ${exitCode}`);
}
