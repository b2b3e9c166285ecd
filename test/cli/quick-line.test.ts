import { describe, expect, it } from '@jest/globals';
import { globalFlags } from '../../src/cli/machine-command.js';
import { OTHER_WISHES, quickLine, type QuickLine, type QuickShape } from '../../src/cli/quick-line.js';

const COMMANDS: Readonly<Record<string, QuickShape>> = {
  env: { flags: { shell: { type: 'option' }, unset: { type: 'boolean', char: 'u' } }, takesNames: true },
  ls: { flags: {}, takesNames: false },
};

function understood(line: string, environment: NodeJS.ProcessEnv = {}, bin = 'berth'): QuickLine | undefined {
  return quickLine({ words: line.split(' '), bin }, environment, COMMANDS);
}

describe('a line for the quick answers', () => {
  it.each([
    ['env', [], {}],
    ['env web-1', ['web-1'], {}],
    ['env --shell fish web-1', ['web-1'], { shell: 'fish' }],
    ['env web-1 -shell=fish --shell zsh', ['web-1'], { shell: 'zsh' }],
    ['env -u', [], { unset: '' }],
    ['-s /store env web-1', ['web-1'], { 'storage-path': '/store' }],
    ['env web-1 --storage-path=/store', ['web-1'], { 'storage-path': '/store' }],
  ])('may be "%s"', (line, names, flags) => {
    expect(understood(line)).toEqual({ command: 'env', names, flags });
  });

  it.each([
    ...['', 'start web-1', 'toString', '--help', 'env --help', 'env -h', 'env --json web-1', 'env --no-proxy web-1'],
    ...['-D env web-1', 'env -- web-1', 'env -', 'env --shell', 'env --unset=false', '--shell fish env', 'ls web-1'],
  ])('is not "%s"', (line) => {
    expect(understood(line)).toBeUndefined();
  });

  it('is none where a variable stands for another global flag', () => {
    const variables = Object.values(globalFlags).flatMap(({ env }) => env ?? []);

    expect([...OTHER_WISHES, 'MACHINE_STORAGE_PATH'].sort()).toEqual([...variables, 'DEBUG'].sort());
    for (const name of OTHER_WISHES) expect(understood('env web-1', { [name]: '' })).toBeUndefined();
  });

  it.each([
    ['berth', 'BERTH_CONTENT_TYPE'],
    ['docker-machine', 'DOCKER_MACHINE_CONTENT_TYPE'],
  ])('is none where %s shall always print JSON', (bin, variable) => {
    expect(understood('env web-1', { [variable]: 'json' }, bin)).toBeUndefined();
    expect(understood('env web-1', { OTHER_CONTENT_TYPE: 'json' }, bin)).toBeDefined();
  });
});
