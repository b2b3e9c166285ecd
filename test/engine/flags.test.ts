import { describe, expect, it } from '@jest/globals';
import { parseFlag, parseVariable } from '../../src/engine/flags.js';
import { failureOf, told } from '../helpers/failure.js';

describe('an option of the engine', () => {
  it.each([
    { text: 'log-driver=local', word: '--log-driver=local', key: 'log-driver' },
    { text: '--log-driver=local', word: '--log-driver=local', key: 'log-driver' },
    { text: 'debug', word: '--debug', key: 'debug' },
    { text: '-D', word: '-D', key: 'debug' },
    { text: 'dns=', word: '--dns=', key: 'dns' },
    { text: 'label=a=b c', word: '--label=a=b c', key: 'labels' },
    { text: 'graph=/data', word: '--graph=/data', key: 'data-root' },
    { text: 'log-opt=tag={{.Name}} $(x)', word: '--log-opt=tag={{.Name}} $(x)', key: 'log-opts' },
    { text: 'constructor=x', word: '--constructor=x', key: 'constructor' },
  ])('is one word, and knows its key of daemon.json: $text', ({ text, word, key }) => {
    expect(parseFlag(text)).toEqual({ word, key });
  });

  it.each(['', '=x', '---debug', 'dns 192.0.2.1', 'a b=c', '$(reboot)', 'label=a\nb', 'label=\r', 'label=\0', '1=2'])(
    'is refused when it is none: %j',
    async (text) => {
      expect(told(await failureOf(() => parseFlag(text)))).toEqual({
        code: 'BadOption',
        message: `an engine option is "flag=value" without dashes, got ${JSON.stringify(text)}`,
        exitCode: 2,
      });
    },
  );
});

describe('a variable of the engine', () => {
  it.each([
    { text: 'HTTP_PROXY=http://p:3128/?a=b', name: 'HTTP_PROXY', value: 'http://p:3128/?a=b' },
    { text: '_x=', name: '_x', value: '' },
    { text: `A=it's "$(x)" %n \\`, name: 'A', value: `it's "$(x)" %n \\` },
  ])('has a name and any value of one line: $text', ({ text, name, value }) => {
    expect(parseVariable(text)).toEqual({ name, value });
  });

  it.each([
    { text: 'HTTP_PROXY', shown: 'HTTP_PROXY' },
    { text: '=x', shown: '' },
    { text: '1A=x', shown: '1A' },
    { text: 'A B=x', shown: 'A B' },
    { text: 'A=secret\nB=x', shown: 'A' },
  ])('is refused when it is none, and its value is not shown: $text', async ({ text, shown }) => {
    expect(told(await failureOf(() => parseVariable(text)))).toEqual({
      code: 'BadOption',
      message: `an engine variable is one line "NAME=value", got ${JSON.stringify(shown)}`,
      exitCode: 2,
    });
  });
});
