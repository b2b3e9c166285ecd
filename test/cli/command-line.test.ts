import { describe, expect, it } from '@jest/globals';
import { commandLine } from '../../src/cli/command-line.js';
import { parseHostAddress } from '../../src/cli/host-address.js';
import { splitSshWords } from '../../src/cli/ssh-words.js';
import { failureOf } from '../helpers/failure.js';

const COMMANDS = ['create', 'ls', 'ssh', 'status', 'swarm:rm', 'version'];

describe('a command line', () => {
  it.each([
    ['-s /store ls -q', 'ls -s /store -q'],
    ['-D --storage-path=/store create -d none web-1', 'create -D --storage-path=/store -d none web-1'],
    ['--json ls', 'ls --json'],
    ['ls -h', 'ls --help'],
    ['help ls', 'ls --help'],
    ['swarm rm one', 'swarm:rm one'],
    ['-D swarm rm one', 'swarm:rm -D one'],
    ['swarm', 'swarm --help'],
    ['swarm -h', 'swarm --help'],
    ['swarm help', 'swarm --help'],
    ['help swarm', 'swarm --help'],
    ['help swarm rm', 'swarm:rm --help'],
    ['--version', 'version'],
    ['-v', 'version'],
    ['', '--help'],
    ['-D', '--help'],
    ['ssh web-1 docker --help', 'ssh -- web-1 docker --help'],
    ['ssh -D web-1 ls -h', 'ssh -D -- web-1 ls -h'],
    ['-D ssh -s /store web-1 docker --version', 'ssh -D -s /store -- web-1 docker --version'],
    ['ssh -- web-1 ls', 'ssh -- web-1 ls'],
    ['ssh -h', 'ssh --help'],
    ['ssh --help', 'ssh --help'],
    ['ssh', 'ssh'],
    ['-storage-path /store ssh web-1 -D', 'ssh --storage-path /store -- web-1 -D'],
    ['-native-ssh -bugsnag-api-token no-report ls', 'ls --native-ssh --bugsnag-api-token no-report'],
  ])('"%s" becomes "%s"', (words, expected) => {
    const line = commandLine(words === '' ? [] : words.split(' '), COMMANDS);

    expect(line.join(' ')).toBe(expected);
  });

  it.each([
    ['lss', ['berth ls', 'berth --help']],
    ['creat', ['berth create', 'berth --help']],
    ['xx', ['berth --help']],
    ['help statsu', ['berth status', 'berth --help']],
  ])('that begins "%s" gets advice', async (words, advice) => {
    const failure = await failureOf(() => commandLine(words.split(' '), COMMANDS));

    expect(failure.message).toBe(`no command is called "${words.split(' ').at(-1) ?? ''}"`);
    expect(failure.suggestions).toEqual(advice);
  });
});

describe('the words for ssh', () => {
  it.each([
    ['web-1', 'web-1', ''],
    ['web-1 ls -l', 'web-1', 'ls -l'],
    ['web-1 -- ls', 'web-1', 'ls'],
    ['-D web-1 -D ls', '-D web-1', '-D ls'],
    ['-s /store web-1 ls', '-s /store web-1', 'ls'],
    ['-s=/store web-1 ls', '-s=/store web-1', 'ls'],
    ['-- web-1 --help', '-- web-1', '--help'],
    ['web-1 -L 80:x:80', 'web-1', '-L 80:x:80'],
  ])('"%s" are parted behind the name', (words, ours, rest) => {
    const parted = splitSshWords(words.split(' '));

    expect({ ours: parted.ours.join(' '), rest: parted.rest.join(' ') }).toEqual({ ours, rest });
  });
});

describe('the address of a host', () => {
  it.each([
    ['192.0.2.7', { host: '192.0.2.7' }],
    ['ada@server.example', { user: 'ada', host: 'server.example' }],
    ['ada@192.0.2.7:2222', { user: 'ada', host: '192.0.2.7', port: 2222 }],
    ['my-alias', { host: 'my-alias' }],
    ['[2001:db8::7]:2222', { host: '2001:db8::7', port: 2222 }],
    ['2001:db8::7', { host: '2001:db8::7' }],
    ['ada@2001:db8::a', { user: 'ada', host: '2001:db8::a' }],
  ])('%s is taken apart', (text, parts) => {
    expect(parseHostAddress(text)).toEqual(parts);
  });

  it.each(['', 'a b', '@host', 'ada@', 'a@b@c', 'host:99999', 'host:', '[host]:22', 'a:b:c'])(
    'cannot be "%s"',
    async (text) => {
      const failure = await failureOf(() => parseHostAddress(text));

      expect(failure.message).toBe(`an address is [user@]host[:port], got "${text}"`);
    },
  );
});
