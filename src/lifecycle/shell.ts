import type { MachineName } from '../name.js';
import type { Program } from './program.js';
import { refuseWithoutHost } from './refuse.js';
import { connectTo } from './host-connection.js';
import { asOptions, sshProgramWords } from './ssh-program.js';

export interface ShellRequest {
  /** Joined by blanks, as ssh does; none opens a login shell. */
  readonly words: readonly string[];
  /** Our own stdin and stdout are terminals. */
  readonly tty: boolean;
}

/** A shell or one command on the machine; resolves to the remote exit code. */
export async function openShell(name: MachineName, { words, tty }: ShellRequest, program: Program): Promise<number> {
  const machine = await program.store.read(name);
  refuseWithoutHost(machine, 'there is no host to log in to', program);
  if (words[0]?.startsWith('-')) {
    const { settings, user, host } = await sshProgramWords(machine, program);
    return program.runTool({
      program: 'ssh',
      words: [...asOptions(settings), '-l', user, host, ...words],
      neededFor: 'options of ssh',
    });
  }
  await using host = await connectTo(machine, program, { retry: false });
  const command = words.length === 0 ? undefined : words.join(' ');
  return await host.shell(command, { tty: tty && command === undefined, signal: program.signal });
}
