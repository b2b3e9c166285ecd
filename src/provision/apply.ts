import type { Host, HostFile } from '../host/host.js';
import { isMachineError, MachineError } from '../errors.js';
import type { Reporter } from '../reporter.js';
import { renderTemplate } from '../template.js';
import type { Step } from './plan.js';

/** What of a failed step's output is shown. */
const LAST_LINES = 20;
/** An installation over a slow line takes long; one that takes this long hangs. */
const APPLY_WITHIN_MS = 30 * 60_000;

export interface ApplyRequest {
  /** Promised ones are waited for on the host, so that they begin without a round trip; without any nothing is done. */
  readonly steps: Promise<readonly Step[]>;
  readonly machineName: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly onBegin?: (step: Step) => void;
}

/** Carries the steps out in one exchange. @throws MachineError ProvisionFailed with the failing step's last lines as cause */
export async function apply(host: Host, { steps, machineName, report, signal, onBegin }: ApplyRequest): Promise<void> {
  const progress = new Progress(report, onBegin);
  const files = steps.then((all) => {
    progress.steps = all;
    return all.length === 0 ? [] : delivery(all);
  });
  try {
    await host.deliver(files, 'apply.sh', {
      sudo: true,
      signal,
      timeoutMs: APPLY_WITHIN_MS,
      onLine: (line) => progress.line(line),
    });
    progress.finish();
  } catch (error) {
    progress.abandon();
    throw isMachineError(error, 'CommandFailed') ? failure(progress, machineName, error) : error;
  }
}

function delivery(steps: readonly Step[]): readonly HostFile[] {
  return [{ path: 'apply.sh', content: script(steps), mode: 0o700 }, ...steps.flatMap(({ files }) => files)];
}

export function script(steps: readonly Step[]): string {
  // What several steps build on stands there once.
  const seen = new Set<string>();
  const fresh = (text: string): boolean => !seen.has(text) && seen.add(text) !== undefined;
  const calls = steps.map((step, index) => [...step.scripts.filter(fresh), `step ${index} ${step.call}`].join('\n'));
  const begin = ['install/prelude.sh', 'install/turn.sh'].map((path) => renderTemplate(path, {}));
  return [...begin, ...calls, ''].join('\n');
}

/** Turns the script's marks into steps of the reporter, and keeps what the running step printed. */
class Progress {
  steps: readonly Step[] = [];
  failed: Step | undefined;
  private running: Step | undefined;
  lines: string[] = [];
  private end: (() => void) | undefined;
  private fail: ((error: Error) => void) | undefined;

  constructor(
    private readonly report: Reporter,
    private readonly onBegin: ApplyRequest['onBegin'],
  ) {}

  line(text: string): void {
    const [, verb, rest = ''] = /^@berth (begin|end|fail|note) ?(.*)$/.exec(text) ?? [];
    if (verb === 'begin') this.begin(this.steps[Number(rest)]);
    else if (verb === 'end') this.finish();
    else if (verb === 'fail') this.failed = this.steps[Number(rest.split(' ')[0])];
    else if (verb === 'note') this.report.info(rest);
    else {
      this.lines.push(text);
      if (this.lines.length > LAST_LINES * 3) this.lines.splice(0, LAST_LINES);
      this.report.debug(text);
    }
  }

  /** The step that runs has ended well. */
  finish(): void {
    this.end?.();
    this.running = undefined;
  }

  /** Whatever ended the script, the step that runs is not done: it may have had no time to say so. */
  abandon(): void {
    this.failed ??= this.running;
    this.fail?.(new Error(this.failed?.title));
  }

  private begin(step: Step | undefined): void {
    if (!step) return;
    this.lines = [];
    this.running = step;
    this.onBegin?.(step);
    const running = new Promise<void>((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
    // The failure itself is thrown by apply, with what the step printed.
    this.report.step(step.title, () => running).catch(() => {});
  }
}

function failure({ failed, lines }: Progress, machineName: string, error: MachineError): MachineError {
  const last = lines.filter((line) => line.trim() !== '').slice(-LAST_LINES);
  const full = last.some((line) => line.includes('No space left on device'));
  const task = failed?.task ?? 'work on the host';
  const cause = last.length === 0 ? error.cause : new Error(last.join('\n'));
  return new MachineError('ProvisionFailed', `cannot ${task} on ${machineName}${full ? ': its disk is full' : ''}`, {
    cause,
    suggestions: full
      ? ['Free some space on the host, or give it a larger disk']
      : [`berth provision ${machineName}`, `berth ssh ${machineName} journalctl -u docker -n 50`],
  });
}
