/** Where the process stands: decided once, asked everywhere. */
export interface Terminal {
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly colour: boolean;
  /** Columns of stderr's terminal. */
  readonly columns: number;
}

/**
 * Found out when asked for: to open the streams takes longer than the quickest commands do.
 * A live display needs a terminal that can move its cursor; CI logs that claim to be one do not.
 */
export function readTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const able = environment['TERM'] !== 'dumb' && !environment['CI'];
  return {
    get stdinIsTty() {
      return process.stdin.isTTY;
    },
    get stdoutIsTty() {
      return process.stdout.isTTY;
    },
    get stderrIsTty() {
      return process.stderr.isTTY && able;
    },
    get colour() {
      return this.stderrIsTty && !environment['NO_COLOR'];
    },
    get columns() {
      return process.stderr.columns || 80;
    },
  };
}

/** Whether somebody is there who can be asked. */
export function mayAsk(
  { stdinIsTty, stderrIsTty }: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stdinIsTty && stderrIsTty && !environment['CI'] && !environment['BERTH_NONINTERACTIVE'];
}
