import type { Reporter } from '../reporter.js';
import { lazyReporter } from './lazy-reporter.js';
import { liveReporter } from './live-reporter.js';
import { jsonReporter, plainReporter } from './plain-reporter.js';
import type { Terminal } from './terminal.js';

export interface ReporterSettings {
  /** --progress */
  readonly progress: string;
  readonly debug: boolean;
  readonly terminal: Terminal;
  /** Progress that nobody watches goes to stdout; see progress-stream.ts. */
  readonly onStdout: () => boolean;
}

export interface CommandReporter {
  readonly report: Reporter;
  /** What was shown stays, and nothing moves any more. */
  readonly close: () => void;
}

/** The reporter of a command, made when there is something to tell. */
export function reporterFor(settings: ReporterSettings): CommandReporter {
  let close = (): void => {};
  const report = lazyReporter(() => {
    const { progress, debug, terminal, onStdout } = settings;
    const options = { debug, write: (text: string) => void process.stderr.write(text) };
    if (progress === 'json') return jsonReporter(options);
    if (progress === 'plain') return plainReporter(options);
    if (progress === 'auto' && !terminal.stderrIsTty)
      return plainReporter({
        ...options,
        ...(onStdout() && { writeProgress: (text) => void process.stdout.write(text) }),
      });
    const live = liveReporter({ ...options, columns: terminal.columns, colour: terminal.colour });
    close = () => live.close();
    return live;
  });
  return { report, close: () => close() };
}
