import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { none } from '../../drivers/none/index.js';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { readLog, type LogRequest } from '../../src/lifecycle/logs.js';
import type { Program } from '../../src/lifecycle/program.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { sandbox } from '../provision/support/sandbox.js';
import { renderTemplate } from '../../src/template.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
let lines: string[];
beforeEach(async () => {
  world = await testWorld();
  lines = [];
  await createMachine(world.wish('web-1'), world.spec, world.program);
});
afterEach(() => world[Symbol.asyncDispose]());

const request = (source: LogRequest['source'], count = 100): LogRequest => ({
  ...{ source, lines: count, follow: false },
  onLine: (line) => void lines.push(line),
});

describe('a log of a machine', () => {
  it('comes line by line from a script on its host', async () => {
    const scripts: string[] = [];
    const program: Program = {
      ...world.program,
      connect: async (call) => ({
        ...(await world.program.connect(call)),
        runScript: async ({ text }, options) => {
          scripts.push(text);
          options?.onLine?.('started');
          return { stdout: '', stderr: '' };
        },
        [Symbol.asyncDispose]: async () => {},
      }),
    };

    await readLog(WEB, request('engine', 5), program);

    expect(lines).toEqual(['started']);
    expect(scripts).toEqual([renderTemplate('care/logs.sh', { source: 'engine', lines: '5', follow: 'no' })]);
  });

  it('comes as it grows where it is followed, not when the script has ended', async () => {
    const commands: (readonly string[])[] = [];
    const program: Program = {
      ...world.program,
      connect: async (call) => ({
        ...(await world.program.connect(call)),
        run: async (argv, options) => {
          commands.push(argv);
          options?.onLine?.('grown');
          return { stdout: '', stderr: '' };
        },
        [Symbol.asyncDispose]: async () => {},
      }),
    };

    await readLog(WEB, { ...request('engine', 5), follow: true }, program);

    expect(lines).toEqual(['grown']);
    const script = renderTemplate('care/logs.sh', { source: 'engine', lines: '5', follow: 'yes' });
    expect(commands).toEqual([['sh', '-c', script]]);
  });

  const silent = (): Program => ({
    ...world.program,
    connect: () => Promise.reject(new MachineError('HostUnreachable', 'cannot reach web-1')),
  });
  const withConsole = (text: string): Program => ({
    ...silent(),
    findDriver: () => ({
      ...world.spec,
      load: async () => ({ ...(await world.spec.load()), consoleTail: async () => text }),
    }),
  });

  it('of the boot is what the provider knows of the console, where the host does not answer', async () => {
    await readLog(WEB, request('boot', 2), withConsole('one\r\ntwo\nthree\n'));

    expect(lines).toEqual(['two', 'three']);
    expect(world.lines).toContain('warn: cannot reach web-1; this is what it wrote to its console');
  });

  it.each([
    ['engine', 'x'],
    ['boot', ' \n'],
  ] as const)('of the %s is not there where the host does not answer and its console says %j', async (source, text) => {
    const error = await failureOf(readLog(WEB, request(source), withConsole(text)));

    expect(told(error)).toEqual({ code: 'HostUnreachable', message: 'cannot reach web-1', exitCode: 4 });
  });

  it('is refused without a host', async () => {
    const program: Program = { ...world.program, findDriver: () => ({ ...world.spec, features: none.features }) };

    const error = await failureOf(readLog(WEB, request('engine'), program));

    expect(told(error)).toEqual({
      code: 'NotSupported',
      message: 'machine "web-1" is only a URL: there is no host to read logs of',
      exitCode: 2,
    });
  });
});

describe('the script for logs', () => {
  const script = (values: Partial<Record<'source' | 'lines' | 'follow', string>>): string =>
    renderTemplate('care/logs.sh', { source: 'engine', lines: '7', follow: 'no', ...values });

  it.each([
    [{ source: 'engine' }, ['--no-pager', '-o', 'short-iso', '-n', '7', '-u', 'docker.service']],
    [{ source: 'boot', follow: 'yes' }, ['--no-pager', '-o', 'short-iso', '-n', '7', '-b', '-f']],
  ])('asks the journal for %j', (values, words) => {
    using box = sandbox();
    box.fake('journalctl', 'true');

    box.run(script(values));

    expect(box.calls('journalctl').map((call) => call.slice(1))).toEqual([words]);
  });
});
