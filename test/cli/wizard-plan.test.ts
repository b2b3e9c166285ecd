import { describe, expect, it } from '@jest/globals';
import { findDriver } from '../../drivers/index.js';
import { commandText, freeName, nextQuestion, titleOf, wordsOf, type Answers } from '../../src/cli/wizard-plan.js';
import type { AnyDriverSpec } from '../../src/driver.js';

describe('what the wizard asks next', () => {
  it('begins with the driver', () => {
    expect(nextQuestion({ options: {} })).toEqual({ about: 'driver' });
  });

  it('goes through what the driver asks for in its order, and ends with the name', () => {
    const driver = specOf('digitalocean');

    const order = [{}, { region: 'fra1' }, { region: 'fra1', size: '' }].map((options) =>
      subjectOf({ driver, options }),
    );

    expect(order).toEqual(['region', 'size', 'name']);
  });

  it('is what cannot be left out, where the driver names nothing', () => {
    const { asks: _asks, ...driver } = specOf('generic');

    expect(subjectOf({ driver, options: {} })).toBe('ip-address');
  });

  it('is never a secret', () => {
    const driver = { ...specOf('digitalocean'), asks: ['access-token'] };

    expect(subjectOf({ driver, options: {} })).toBe('name');
  });

  it('is nothing once there is a name', () => {
    const driver = specOf('none');

    expect(nextQuestion({ driver, options: { url: 'tcp://192.0.2.7:2376' }, name: 'old' })).toBeUndefined();
  });
});

describe('the command line that says the same', () => {
  it('has flags for what was answered, and leaves out what is left to the default', () => {
    const driver = specOf('digitalocean');

    const words = wordsOf({ driver, options: { region: 'fra1', size: '' }, name: 'dev' });

    expect(words).toEqual(['--driver', 'digitalocean', '--digitalocean-region', 'fra1', 'dev']);
  });

  it('ties values that look like flags to their own', () => {
    const driver = specOf('generic');

    expect(wordsOf({ driver, options: { 'ssh-key': '-odd' } })).toEqual([
      '--driver',
      'generic',
      '--generic-ssh-key=-odd',
    ]);
  });

  it('can be pasted into a shell', () => {
    expect(commandText(['berth', 'create', "/home/o'hara/my key", 'web-1'])).toBe(
      String.raw`berth create '/home/o'\''hara/my key' web-1`,
    );
  });
});

describe('words of the wizard', () => {
  it.each([
    ['server-type', 'Server type'],
    ['ip-address', 'IP address'],
    ['cpu-count', 'CPU count'],
  ])('call %s %s', (key, title) => {
    expect(titleOf(key)).toBe(title);
  });

  it.each([
    ['dev', []],
    ['dev-3', ['dev', 'dev-2', 'web']],
  ])('suggest %s as a name beside %j', (name, taken) => {
    expect(freeName(new Set(taken))).toBe(name);
  });
});

function specOf(name: string): AnyDriverSpec {
  const spec = findDriver(name);
  if (!spec) throw new Error(`there is no driver ${name}`);
  return spec;
}

function subjectOf(answers: Answers): string | undefined {
  const question = nextQuestion(answers);
  return question?.about === 'option' ? question.key : question?.about;
}
