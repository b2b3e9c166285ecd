import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { interruptSignal } from '../../src/cli/signals.js';
import { readTerminal } from '../../src/cli/terminal.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const present = new Map<string, readonly unknown[]>();
beforeEach(() => SIGNALS.forEach((signal) => present.set(signal, process.listeners(signal))));
afterEach(() => {
  for (const signal of SIGNALS) for (const listener of added(signal)) process.removeListener(signal, listener);
});
const added = (signal: (typeof SIGNALS)[number]): NodeJS.SignalsListener[] =>
  process.listeners(signal).filter((listener) => !present.get(signal)?.includes(listener));
/** Only our own listeners get it: Jest has some too. */
const send = (signal: (typeof SIGNALS)[number]): void => added(signal).forEach((listener) => listener(signal));

describe('an interruption', () => {
  it.each(SIGNALS)('by %s stops the work in order, and says how to leave at once', (name) => {
    const lines: string[] = [];
    const signal = interruptSignal((line) => lines.push(line));

    send(name);

    expect(signal.aborted).toBe(true);
    expect(lines).toEqual(['stopping; once more to leave at once']);
  });

  it('ends the process the second time', () => {
    const exit = Object.getOwnPropertyDescriptor(process, 'exit');
    const codes: unknown[] = [];
    Object.defineProperty(process, 'exit', {
      configurable: true,
      writable: true,
      value: (code: number) => codes.push(code),
    });
    interruptSignal(() => {});

    send('SIGINT');
    send('SIGTERM');

    if (exit) Object.defineProperty(process, 'exit', exit);
    expect(codes).toEqual([130]);
  });
});

describe('the terminal', () => {
  const withTty = <T>(work: () => T): T => {
    const before = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY');
    Object.defineProperty(process.stderr, 'isTTY', { configurable: true, writable: true, value: true });
    try {
      return work();
    } finally {
      if (before) Object.defineProperty(process.stderr, 'isTTY', before);
      else Reflect.deleteProperty(process.stderr, 'isTTY');
    }
  };

  it.each([
    { environment: { TERM: 'xterm' }, stderrIsTty: true, colour: true },
    { environment: { TERM: 'xterm', NO_COLOR: '1' }, stderrIsTty: true, colour: false },
    { environment: { TERM: 'dumb' }, stderrIsTty: false, colour: false },
    { environment: { TERM: 'xterm', CI: 'true' }, stderrIsTty: false, colour: false },
  ])('with $environment draws: $stderrIsTty, in colour: $colour', ({ environment, stderrIsTty, colour }) => {
    expect(withTty(() => ({ ...readTerminal(environment) }))).toMatchObject({ stderrIsTty, colour });
  });
});
