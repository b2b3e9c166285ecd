import type { Reporter } from '../reporter.js';

export interface ReportOptions {
  readonly debug: boolean;
  readonly write: (text: string) => void;
}

export interface PlainOptions extends ReportOptions {
  /** Where lines go that tell of no trouble, when not where all others go. */
  readonly writeProgress?: (text: string) => void;
}

/** One line when a step begins, one when it ends; what went well is never worded like an error. */
export function plainReporter(options: PlainOptions, machine = ''): Reporter {
  const { debug, write, writeProgress = write } = options;
  const named = (line: string): string => `${machine === '' ? '' : `(${machine}) `}${line}\n`;
  const say = (line: string): void => writeProgress(named(line));
  return {
    async step(title, work) {
      const began = performance.now();
      say(`${title}...`);
      const result = await work();
      if (debug) write(named(`${title}: done after ${seconds(performance.now() - began)}`));
      return result;
    },
    info: say,
    warn: (line) => write(named(`Warning: ${line}`)),
    debug: (line) => {
      if (debug) write(named(`debug: ${line}`));
    },
    forMachine: (name) => plainReporter(options, name),
  };
}

/** One JSON object a line: time in ms since the start, machine, event, and what belongs to the event. */
export function jsonReporter(options: ReportOptions, machine?: string): Reporter {
  const say = (event: Readonly<Record<string, unknown>>): void =>
    options.write(
      `${JSON.stringify({ ms: Math.round(performance.now()), ...(machine === undefined ? {} : { machine }), ...event })}\n`,
    );
  return {
    async step(title, work) {
      const began = performance.now();
      say({ event: 'begin', step: title });
      try {
        const result = await work();
        say({ event: 'end', step: title, tookMs: Math.round(performance.now() - began) });
        return result;
      } catch (error) {
        say({
          event: 'failed',
          step: title,
          tookMs: Math.round(performance.now() - began),
          message: error instanceof Error ? error.message : String(error),
        });
        throw error;
      }
    },
    info: (message) => say({ event: 'info', message }),
    warn: (message) => say({ event: 'warning', message }),
    debug: (message) => {
      if (options.debug) say({ event: 'debug', message });
    },
    forMachine: (name) => jsonReporter(options, name),
  };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
