import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { driverNames } from '../../drivers/index.js';
import { testHome, type Home } from '../cli/support/berth.js';

let home: Home;
beforeAll(() => {
  home = testHome();
});
afterAll(() => home[Symbol.dispose]());

interface Mistake {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly message: string;
  readonly advice?: readonly string[];
}

const COUNT_WANTED = 'option --count wants 1 to 100, got';
const MISTAKES: readonly Mistake[] = [
  { args: ['lss'], message: 'no command is called "lss"', advice: ['berth ls', 'berth --help'] },
  { args: ['frobnicate'], message: 'no command is called "frobnicate"', advice: ['berth --help'] },
  { args: ['help', 'frob'], message: 'no command is called "frob"', advice: ['berth --help'] },
  { args: ['--frob', 'ls'], message: 'option --frob is unknown', advice: ['berth --help'] },
  { args: ['ls', '--frob'], message: 'option --frob is unknown', advice: ['berth ls --help'] },
  { args: ['ls', 'extra'], message: 'unexpected argument "extra"', advice: ['berth ls --help'] },
  { args: ['ls', '--filter'], message: 'flag --filter expects a value', advice: ['berth ls --help'] },
  {
    args: ['ls', '--progress', 'loud'],
    message: 'expected --progress=loud to be one of: auto, plain, tty, json',
    advice: ['berth ls --help'],
  },
  { args: ['ls', '-t', 'soon'], code: 'BadOption', message: 'option --timeout wants 0 to 3600, got "soon"' },
  { args: ['ls', '--filter', 'x'], message: 'option --filter wants key=value, got "x"' },
  { args: ['ls', '--filter', 'a=b'], message: 'option --filter knows driver, state, name, label, swarm, got "a"' },
  { args: ['ls', '--ssh-timeout', '0'], code: 'BadOption', message: 'option --ssh-timeout wants 1 to 86400, got "0"' },
  { args: ['scp', 'a'], message: 'expected an argument: to', advice: ['berth scp --help'] },
  { args: ['adopt'], message: 'expected an argument: name, address', advice: ['berth adopt --help'] },
  { args: ['adopt', 'old', 'a b'], message: 'an address is [user@]host[:port], got "a b"' },
  { args: ['scp', 'a', 'b'], message: 'neither path is on a machine', advice: ['Write machine:path for one of them'] },
  { args: ['rm', '-y'], message: 'expected one or more machine names as arguments', advice: ['berth ls'] },
  { args: ['ip'], message: 'no machine named, and there is no machine "default"', advice: ['berth ls'] },
  { args: ['url', 'a', 'b'], message: 'expected one machine name as an argument' },
  { args: ['env', '-u', 'a'], message: 'no machine name goes with --unset' },
  { args: ['create'], message: 'no machine name given', advice: ['berth create NAME'] },
  { args: ['create', 'a', 'a'], message: 'machine "a" is named twice' },
  { args: ['create', '-n', '0', 'a'], code: 'BadOption', message: `${COUNT_WANTED} "0"` },
  { args: ['create', '-n', '2', 'a', 'b'], message: 'option --count takes one name, got 2' },
  {
    args: ['create', '-d', 'kvm', 'a'],
    code: 'DriverNotFound',
    message: 'driver "kvm" not found',
    advice: [
      'Put the plugin binary "docker-machine-driver-kvm" on PATH',
      `Choose one of local, ${driverNames.join(', ')}`,
    ],
  },
  {
    args: ['create', '-d', 'generic', 'a'],
    code: 'BadOption',
    message: 'driver generic requires the option --generic-ip-address',
    advice: ['Or set the environment variable GENERIC_IP_ADDRESS'],
  },
  { args: ['create', '-d', 'none', 'a'], code: 'BadOption', message: 'driver none requires the option --url' },
  {
    args: ['create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', '--generic-ssh-port', '2222', 'a'],
    code: 'BadOption',
    message: 'option --generic-ssh-port belongs to the driver generic, not to none',
    advice: ['Add --driver generic'],
  },
  {
    args: ['create', '-d', 'generic', '--generic-ip-address', '192.0.2.7', 'a', 'b'],
    message: 'option --generic-ip-address wants a value for each of 2 names, got 1',
  },
  {
    args: ['create', '-d', 'generic', '--generic-ip-address', '192.0.2.7,192.0.2.8', '-n', '3', 'a'],
    message: 'option --generic-ip-address wants a value for each of 3 names, got 2',
  },
  {
    args: ['create', '-d', 'generic', '--generic-ip-address', '192.0.2.7', '--generic-ssh-port', '0', 'a'],
    code: 'BadOption',
    message: 'option --generic-ssh-port wants 1 to 65535, got "0"',
  },
  {
    args: ['create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', '--engine-label', 'x', 'a'],
    code: 'BadOption',
    message: 'option --engine-label wants name=value, got "x"',
  },
  {
    args: ['create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', '--engine-version', 'new', 'a'],
    code: 'BadOption',
    message: 'option --engine-version wants a version such as 28 or 28.2.2, got "new"',
  },
  {
    args: ['create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', '--engine-install-url', 'ftp://x', 'a'],
    code: 'BadOption',
    message: 'option --engine-install-url wants an http or https URL, got "ftp://x"',
  },
  {
    args: ['env', 'a'],
    env: { SHELL: '' },
    message: 'cannot tell which shell this is: the variable SHELL is not set',
    advice: ['Name it with --shell bash, say'],
  },
];
for (const name of ['', '../x', 'a/b', 'a b', '-x', 'ümlaut'])
  (MISTAKES as Mistake[]).push({
    args: ['inspect', '--', name],
    code: 'BadName',
    message:
      name === ''
        ? 'a machine name cannot be empty'
        : `a machine name has only a-z, A-Z, 0-9, "-", "." and a letter or digit first, got "${name}"`,
  });

describe('a mistake on the command line', () => {
  it.each(MISTAKES)('$args is told on stderr, with exit code 2', async ({ args, env = {}, ...mistake }) => {
    const { code = 'BadUsage', message, advice = [] } = mistake;

    const ran = await home.berth(args, { env });

    const lines = [`Error: ${message}`, `Code: ${code}`];
    if (advice.length > 0) lines.push('Try this:', ...advice.map((line) => `  * ${line}`));
    expect(ran).toEqual({ stdout: '', stderr: `${lines.join('\n')}\n`, exitCode: 2 });
  });

  it.each(MISTAKES)(
    '$args is told as JSON on stdout where that was asked for',
    async ({ args, env = {}, ...mistake }) => {
      const { code = 'BadUsage', message, advice = [] } = mistake;

      const ran = await home.berth(['--json', ...args], { env });

      expect({ ...ran, stdout: JSON.parse(ran.stdout) as unknown }).toEqual({
        stdout: { error: { code, message, suggestions: advice, exitCode: 2 } },
        stderr: '',
        exitCode: 2,
      });
    },
  );

  it('leaves nothing behind', async () => {
    const { stdout } = await home.berth(['ls', '-q']);

    expect(stdout).toBe('');
  });
});
