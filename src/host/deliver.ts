import type { Connection } from './connection.js';
import type { HostFile, RunOptions, RunResult } from './host.js';
import { commandLine, execute } from './remote-command.js';
import { tarStream } from './tar.js';

/**
 * For `sh -c`, with the script's name as $1. What is left of stdin after the archive is nothing of the script's. The folder
 * goes away on every way out, and the script has the umask of the login; a shell runs its traps when the program in front of it has ended.
 */
const RUN_SCRIPT = [
  'u=$(umask); umask 077',
  'd=$(mktemp -d) || exit',
  `trap 'rm -rf "$d"' EXIT`,
  `trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM`,
  'cd "$d" && tar -xmpf - || { echo "cannot unpack the files in $d" >&2; exit 1; }',
  'umask "$u"; sh "./$1" </dev/null',
  's=$?; cd /; exit $s',
].join('\n');

/** @throws MachineError CommandFailed, HostUnreachable, TimedOut, Cancelled */
export async function deliver(
  connection: Connection,
  delivery: { readonly files: readonly HostFile[]; readonly script: string; readonly user: string },
  options: Omit<RunOptions, 'input'> = {},
): Promise<RunResult> {
  const { files, script, user } = delivery;
  const { sudo, ...rest } = options;
  const { line } = commandLine(['sh', '-c', RUN_SCRIPT, 'sh', script], { user, sudo });
  const entries = files.map(({ path, mode, content }) => ({
    name: path,
    mode,
    content: typeof content === 'string' ? Buffer.from(content) : content,
  }));
  const { stdout, stderr } = await execute(
    connection,
    { line, label: script, user },
    { ...rest, input: tarStream(entries) },
  );
  return { stdout: stdout.toString(), stderr };
}
