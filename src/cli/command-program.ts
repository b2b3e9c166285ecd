import { join } from 'node:path';
import type { Program } from '../lifecycle/program.js';
import { createProgram } from './program.js';
import { reporterFor } from './reporter-for.js';
import { interruptSignal } from './signals.js';
import { readTerminal } from './terminal.js';

export interface CommandProgram {
  readonly program: Program;
  /** Ends what is shown of its progress. */
  readonly close: () => void;
}

/** The real program for the global flags of a command. */
export function commandProgram(
  flags: Readonly<Record<string, unknown>>,
  { root, onStdout }: { readonly root: string; readonly onStdout: () => boolean },
): CommandProgram {
  const text = (name: string): string | undefined =>
    typeof flags[name] === 'string' && flags[name] !== '' ? flags[name] : undefined;
  const [caCert, caKey, clientCert, clientKey] = ['tls-ca-cert', 'tls-ca-key', 'tls-client-cert', 'tls-client-key'].map(
    text,
  );
  const terminal = readTerminal();
  const { report, close } = reporterFor({
    progress: text('progress') ?? 'auto',
    debug: flags['debug'] === true,
    terminal,
    onStdout,
  });
  const program = createProgram({
    environment: process.env,
    storagePath: text('storage-path') ?? '',
    tls: {
      ...(caCert && { caCert }),
      ...(caKey && { caKey }),
      ...(clientCert && { clientCert }),
      ...(clientKey && { clientKey }),
    },
    report,
    signal: interruptSignal((line) => report.info(line)),
    terminal,
    sshWithinMs: Number(flags['ssh-timeout'] ?? 300) * 1000,
    script: join(root, 'bin', 'run.js'),
  });
  return { program, close };
}
