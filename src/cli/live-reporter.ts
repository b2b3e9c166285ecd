import type { Reporter } from '../reporter.js';
import { seconds, type ReportOptions } from './plain-reporter.js';

interface LiveStep {
  readonly text: string;
  readonly began: number;
}

export interface LiveReporter extends Reporter {
  /** Leaves the last picture on the screen and stops drawing. */
  close(): void;
}

/** Redraws at most this often, in milliseconds: fast enough for a clock of tenths. */
const REDRAW_MS = 100;
const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** A list of steps with their times; those that run are redrawn in place, finished ones scroll away above them. */
export function liveReporter(
  options: ReportOptions & { readonly columns: number; readonly colour: boolean },
): LiveReporter {
  const running: LiveStep[] = [];
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;
  const paint = (colour: string, text: string): string => (options.colour ? `${colour}${text}${PLAIN}` : text);

  const draw = (above = ''): void => {
    const lines = running.map((step) =>
      cut(`· ${step.text} ${seconds(performance.now() - step.began)}`, options.columns),
    );
    const back = drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`;
    options.write(`${back}${above}${lines.map((line) => `${paint(DIM, line)}\n`).join('')}`);
    drawn = lines.length;
  };
  const tick = (): void => {
    timer ??= setInterval(draw, REDRAW_MS).unref();
    if (running.length === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
  const finish = (step: LiveStep, ok: boolean): void => {
    running.splice(running.indexOf(step), 1);
    const mark = ok ? paint(GREEN, '✓') : paint(RED, '✗');
    draw(`${mark} ${step.text} ${paint(DIM, seconds(performance.now() - step.began))}\n`);
    tick();
  };
  const reporterFor = (machine: string): Reporter => {
    const prefix = machine === '' ? '' : `(${machine}) `;
    const say = (line: string): void => draw(`${prefix}${line}\n`);
    return {
      async step(title, work) {
        const step: LiveStep = { text: `${prefix}${title}`, began: performance.now() };
        running.push(step);
        tick();
        draw();
        return work().then(
          (result) => {
            finish(step, true);
            return result;
          },
          (error: unknown) => {
            finish(step, false);
            throw error;
          },
        );
      },
      info: say,
      warn: (line) => say(`Warning: ${line}`),
      debug: (line) => {
        if (options.debug) say(`debug: ${line}`);
      },
      forMachine: (name) => reporterFor(name),
    };
  };
  return { ...reporterFor(''), close: () => clearInterval(timer) };
}

/** A line that wraps would be counted wrongly when it is drawn over. */
function cut(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(columns - 2, 1))}…`;
}
