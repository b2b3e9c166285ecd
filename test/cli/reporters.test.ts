import { describe, expect, it } from '@jest/globals';
import { liveReporter } from '../../src/cli/live-reporter.js';
import { jsonReporter, plainReporter, seconds } from '../../src/cli/plain-reporter.js';
import type { Reporter } from '../../src/reporter.js';

function written(make: (write: (text: string) => void) => Reporter): { report: Reporter; text: () => string } {
  let text = '';
  return { report: make((more) => void (text += more)), text: () => text };
}
const fail = (): Promise<never> => Promise.reject(new Error('no luck'));

describe('plain progress', () => {
  it('is one line for each step, and one for whatever is said', async () => {
    const { report, text } = written((write) => plainReporter({ debug: false, write }));

    await report.step('Creating the machine', async () => report.info('its address is 192.0.2.7'));
    report.warn('its clock is wrong');
    report.debug('3 exchanges');

    expect(text()).toBe('Creating the machine...\nits address is 192.0.2.7\nWarning: its clock is wrong\n');
  });

  it('tells ends and details with --debug', async () => {
    const { report, text } = written((write) => plainReporter({ debug: true, write }));

    await report.step('Waiting for SSH', async () => report.debug('no route'));

    expect(text().replace(/\d+\.\d/, '0.0')).toBe(
      'Waiting for SSH...\ndebug: no route\nWaiting for SSH: done after 0.0 s\n',
    );
  });

  it('names the machine where several are worked on', async () => {
    const { report, text } = written((write) => plainReporter({ debug: false, write }));

    await report.forMachine('web-1').step('Creating the machine', async () => {});
    report.forMachine('web-2').info('done');

    expect(text()).toBe('(web-1) Creating the machine...\n(web-2) done\n');
  });

  it('goes its own way where it has one, without warnings and details', async () => {
    let progress = '';
    const { report, text } = written((write) =>
      plainReporter({ debug: true, write, writeProgress: (more) => void (progress += more) }),
    );

    await report.forMachine('web-1').step('Creating the machine', async () => report.info('its address is 192.0.2.7'));
    report.warn('its clock is wrong');
    report.debug('3 exchanges');

    expect(progress).toBe('(web-1) Creating the machine...\nits address is 192.0.2.7\n');
    expect(text().replace(/\d+\.\d/, '0.0')).toBe(
      '(web-1) Creating the machine: done after 0.0 s\nWarning: its clock is wrong\ndebug: 3 exchanges\n',
    );
  });

  it('leaves failures to the one error at the end', async () => {
    const { report, text } = written((write) => plainReporter({ debug: false, write }));

    await expect(report.step('Creating the machine', fail)).rejects.toThrow('no luck');

    expect(text()).toBe('Creating the machine...\n');
  });
});

describe('progress as JSON', () => {
  const events = (text: string): unknown[] =>
    text
      .trim()
      .split('\n')
      .map((line) => {
        const { ms, tookMs, ...event } = JSON.parse(line) as Readonly<Record<string, unknown>>;
        return {
          ...event,
          ...(ms === undefined ? {} : { ms: typeof ms }),
          ...(tookMs === undefined ? {} : { tookMs: typeof tookMs }),
        };
      });

  it('is one object a line for begin, end and whatever is said', async () => {
    const { report, text } = written((write) => jsonReporter({ debug: true, write }));

    await report.step('Creating the machine', async () => report.info('its address is 192.0.2.7'));
    report.warn('its clock is wrong');
    report.debug('3 exchanges');

    expect(events(text())).toEqual([
      { ms: 'number', event: 'begin', step: 'Creating the machine' },
      { ms: 'number', event: 'info', message: 'its address is 192.0.2.7' },
      { ms: 'number', event: 'end', step: 'Creating the machine', tookMs: 'number' },
      { ms: 'number', event: 'warning', message: 'its clock is wrong' },
      { ms: 'number', event: 'debug', message: '3 exchanges' },
    ]);
  });

  it('tells which step of which machine failed, and why', async () => {
    const { report, text } = written((write) => jsonReporter({ debug: false, write }));

    await expect(report.forMachine('web-1').step('Creating the machine', fail)).rejects.toThrow('no luck');

    expect(events(text())).toEqual([
      { ms: 'number', machine: 'web-1', event: 'begin', step: 'Creating the machine' },
      {
        ms: 'number',
        machine: 'web-1',
        event: 'failed',
        step: 'Creating the machine',
        tookMs: 'number',
        message: 'no luck',
      },
    ]);
  });
});

/** What a terminal shows in the end, for the two sequences that the live list uses: so many lines up, and clear below. */
function screen(text: string): string[] {
  const lines = [''];
  for (const [, up, clear, plain = ''] of text.matchAll(/\u001b\[(\d+)A|(\u001b\[0J)|((?:(?!\u001b\[\d+[AJ])[^])+)/g)) {
    if (up !== undefined) lines.splice(lines.length - 1 - Number(up), Number(up));
    else if (clear === undefined) {
      const [first = '', ...more] = plain.split('\n');
      lines.push((lines.pop() ?? '') + first, ...more);
    }
  }
  return lines.map((line) => line.replace(/\d+\.\d s/, '0.0 s'));
}

describe('live progress', () => {
  const live = (columns = 80, colour = false) =>
    written((write) => liveReporter({ debug: false, columns, colour, write }));

  it('shows what runs, and leaves what ended above it', async () => {
    const { report, text } = live();
    let end = (): void => {};
    const long = report.step('Waiting for SSH', () => new Promise<void>((resolve) => (end = resolve)));

    await report.step('Running pre-create checks', async () => {});
    report.info('its address is 192.0.2.7');

    expect(screen(text())).toEqual([
      '✓ Running pre-create checks 0.0 s',
      'its address is 192.0.2.7',
      '· Waiting for SSH 0.0 s',
      '',
    ]);
    end();
    await long;
    expect(screen(text()).slice(-2)).toEqual(['✓ Waiting for SSH 0.0 s', '']);
  });

  it('marks what failed, with its machine', async () => {
    const { report, text } = live();

    await expect(report.forMachine('web-1').step('Creating the machine', fail)).rejects.toThrow('no luck');

    expect(screen(text())).toEqual(['✗ (web-1) Creating the machine 0.0 s', '']);
  });

  it('cuts lines that would wrap', async () => {
    const { report, text } = live(20);

    const step = report.step('A step with a very long title', () => new Promise<void>((end) => setImmediate(end)));

    expect(screen(text())).toEqual(['· A step with a ve…', '']);
    await step;
  });

  it('uses colour only where it may', async () => {
    const plain = live(80, false);
    const coloured = live(80, true);

    await plain.report.step('Ready', async () => {});
    await coloured.report.step('Ready', async () => {});

    expect(plain.text()).not.toContain('\u001b[32m');
    expect(coloured.text()).toContain('\u001b[32m✓\u001b[0m Ready');
  });
});

describe('a time', () => {
  it.each([
    [0, '0.0 s'],
    [1_449, '1.4 s'],
    [61_000, '61.0 s'],
  ])('of %d ms reads "%s"', (ms, text) => {
    expect(seconds(ms)).toBe(text);
  });
});
