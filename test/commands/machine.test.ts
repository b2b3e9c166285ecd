import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testHome, type Home, type Ran } from '../cli/support/berth.js';
import { freePort } from '../helpers/engine.js';

const HINT =
  'To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: berth env web-1\n';
const URL = 'tcp://192.0.2.7:2376';

let seed: Home;
let home: Home;
beforeAll(async () => {
  seed = testHome();
  await seed.berth(['create', '-d', 'none', '--url', URL, 'seed']);
});
afterAll(() => seed[Symbol.dispose]());
beforeEach(async () => {
  home = testHome();
  // Making an authority takes as long as all the rest of a test.
  await cp(join(seed.store, 'certs'), join(home.store, 'certs'), { recursive: true });
});
afterEach(() => home[Symbol.dispose]());

const berth = (...args: string[]): Promise<Ran> => home.berth(args);
const done = (stdout: string, stderr = ''): Ran => ({ stdout, stderr, exitCode: 0 });
const create = (name = 'web-1', url = URL): Promise<Ran> => berth('create', '-d', 'none', '--url', url, name);
const folder = (name = 'web-1'): string => join(home.store, 'machines', name);

describe('create', () => {
  it('tells its steps on stderr and how to go on, as docker-machine does, on stdout', async () => {
    using fresh = testHome();

    expect(await fresh.berth(['create', '-d', 'none', '--url', URL, 'web-1'])).toEqual(
      done(HINT, 'Running pre-create checks...\nCreating a certificate authority...\nCreating the machine...\n'),
    );
  });

  it('gives the machine as JSON where that is asked for', async () => {
    const { stdout } = await berth('create', '--json', '-d', 'none', '--url', URL, 'web-1');

    expect(JSON.parse(stdout)).toEqual([{ name: 'web-1', driver: 'none', address: '192.0.2.7:2376', url: URL }]);
  });

  it('tells its steps as JSON, one a line, where that is asked for', async () => {
    const { stdout, stderr } = await berth('create', '--progress', 'json', '-d', 'none', '--url', URL, 'web-1');

    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(stdout).toBe(HINT);
    expect(events.map(({ event, step }) => `${String(event)} ${String(step)}`)).toEqual([
      'begin Running pre-create checks',
      'end Running pre-create checks',
      'begin Creating the machine',
      'end Creating the machine',
    ]);
  });

  it.each([
    { title: '--driver', args: ['--url', URL], env: { MACHINE_DRIVER: 'none' } },
    { title: '--storage-path', args: ['-d', 'none', '--url', URL], env: { MACHINE_STORAGE_PATH: '/tmp/none' } },
  ])('takes $title from the environment', async ({ args, env }) => {
    const elsewhere = join(home.path, 'elsewhere');

    const { exitCode } = await home.berth(['create', ...args, 'web-1'], {
      env: 'MACHINE_STORAGE_PATH' in env ? { MACHINE_STORAGE_PATH: elsewhere } : env,
    });

    expect(exitCode).toBe(0);
    expect(existsSync(join('MACHINE_STORAGE_PATH' in env ? elsewhere : home.store, 'machines', 'web-1'))).toBe(true);
  });

  it('takes options of a driver from the environment, and the command line before it', async () => {
    const env = { GENERIC_IP_ADDRESS: '192.0.2.7', GENERIC_SSH_PORT: 'x', GENERIC_SSH_KEY: '/nowhere' };
    const generic = ['create', '-d', 'generic', '--generic-ssh-port', '2222', 'web-1'];

    const ran = await home.berth(generic, { env });

    expect(ran).toEqual({
      stdout: '',
      stderr: 'Error: SSH key does not exist: "/nowhere"\nCode: CheckFailed\nTry this:\n  * Check --generic-ssh-key\n',
      exitCode: 3,
    });
  });

  it('is refused for a name that is taken', async () => {
    await create();

    expect(await create()).toEqual({
      stdout: '',
      stderr:
        'Error: machine "web-1" already exists\nCode: MachineExists\nTry this:\n  * berth ls\n  * berth rm web-1\n',
      exitCode: 2,
    });
  });

  it('is refused by the check of the driver', async () => {
    expect(await create('web-1', 'nonsense')).toEqual({
      stdout: '',
      stderr:
        'Running pre-create checks...\nError: option --url wants a URL such as tcp://192.0.2.7:2376, got "nonsense"\nCode: BadOption\n',
      exitCode: 2,
    });
  });
});

describe('what is known of a machine', () => {
  beforeEach(() => create());

  it('env prints the variables and how to use them', async () => {
    expect(await berth('env', 'web-1')).toEqual(
      done(
        [
          'export DOCKER_TLS_VERIFY="1"',
          `export DOCKER_HOST="${URL}"`,
          `export DOCKER_CERT_PATH="${folder()}"`,
          'export DOCKER_MACHINE_NAME="web-1"',
          '# Run this command to configure your shell: ',
          '# eval $(berth env web-1)',
          '',
        ].join('\n'),
      ),
    );
  });

  it('env repeats its options in the hint, and the name it was called by', async () => {
    const { stdout } = await home.berth(['env', '--shell', 'fish', 'web-1'], { calledAs: 'docker-machine' });

    expect(stdout.split('\n').at(-2)).toBe('# eval (docker-machine env --shell fish web-1)');
  });

  it("env repeats what was typed in front of it, and in Go's way, too", async () => {
    const { stdout } = await home.berth(['-s', home.store, 'env', 'web-1', '-shell=fish']);

    expect(stdout.split('\n').at(-2)).toBe(`# eval (berth -s ${home.store} env web-1 -shell=fish)`);
  });

  it('env -u takes them back', async () => {
    expect(await berth('env', '-u')).toEqual(
      done(
        [
          'unset DOCKER_TLS_VERIFY',
          'unset DOCKER_HOST',
          'unset DOCKER_CERT_PATH',
          'unset DOCKER_MACHINE_NAME',
          '# Run this command to configure your shell: ',
          '# eval $(berth env -u)',
          '',
        ].join('\n'),
      ),
    );
  });

  it('config prints the options of the client', async () => {
    expect(await berth('config', 'web-1')).toEqual(
      done(
        [
          '--tlsverify',
          `--tlscacert="${folder()}/ca.pem"`,
          `--tlscert="${folder()}/cert.pem"`,
          `--tlskey="${folder()}/key.pem"`,
          `-H=${URL}`,
          '',
        ].join('\n'),
      ),
    );
  });

  it('every file that config and env name is there', async () => {
    const { stdout } = await berth('config', 'web-1');

    const files = [...stdout.matchAll(/="(.*)"/g)].map(([, file]) => file ?? '');
    expect(files).toHaveLength(3);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each([
    ['ip', '192.0.2.7:2376\n'],
    ['url', `${URL}\n`],
    ['status', 'Running\n'],
  ])('%s prints one word', async (command, stdout) => {
    expect(await berth(command, 'web-1')).toEqual(done(stdout));
  });

  it('inspect prints the record, indented as docker-machine has it', async () => {
    const { stdout } = await berth('inspect', 'web-1');

    const { Driver: _driver, ...record } = JSON.parse(await readFile(join(folder(), 'config.json'), 'utf8')) as {
      Driver: object;
    };
    expect(JSON.parse(stdout)).toMatchObject(record);
    expect(stdout.split('\n')[1]).toMatch(/^ {4}"/);
  });

  it('names the machine default when none is named', async () => {
    await create('default', 'tcp://192.0.2.8:2376');

    expect(await berth('url')).toEqual(done('tcp://192.0.2.8:2376\n'));
  });

  it('takes global options before the command, as docker-machine has them', async () => {
    expect(await berth('-D', '--storage-path', home.store, 'url', 'web-1')).toEqual(done(`${URL}\n`));
  });
});

describe('ls', () => {
  it('prints a table whose columns fit', async () => {
    const port = await freePort();
    const url = `tcp://127.0.0.1:${port}`;
    await create('a', url);
    await mkdir(folder('broken'), { recursive: true });
    await writeFile(join(folder('broken'), 'config.json'), '{');

    const { stdout } = await berth('ls', '-t', '5');

    const state = 'Running   ';
    expect(stdout.split('\n')).toEqual([
      `NAME     ACTIVE   DRIVER      STATE     URL${' '.repeat(url.length)}SWARM   DOCKER    ERRORS`,
      `a        -        none        ${state}${url}           Unknown   cannot reach the engine at ${url}: connection refused`,
      `broken            not found   Error     ${' '.repeat(url.length + 3)}                  cannot read the record of "broken": config.json is not JSON`,
      '',
    ]);
  });

  it('-q prints names, in the order of their numbers', async () => {
    for (const name of ['web-10', 'web-2', 'Web-1']) await create(name);

    expect(await berth('ls', '-q')).toEqual(done('Web-1\nweb-2\nweb-10\n'));
  });

  it.each([
    { filter: ['driver=none'], names: 'api\nweb-1\n' },
    { filter: ['driver=generic'], names: '' },
    { filter: ['name=^w'], names: 'web-1\n' },
    { filter: ['name=^w', 'name=api'], names: 'api\nweb-1\n' },
    { filter: ['name=^w', 'driver=generic'], names: '' },
    { filter: ['label=role=web'], names: 'web-1\n' },
    { filter: ['DRIVER=NONE'], names: 'api\nweb-1\n' },
  ])('-q --filter $filter prints what passes', async ({ filter, names }) => {
    await create('api');
    await berth('create', '-d', 'none', '--url', URL, '--engine-label', 'role=web', 'web-1');

    const ran = await berth('ls', '-q', ...filter.flatMap((text) => ['--filter', text]));

    expect(ran).toEqual(done(names));
  });

  it('is the table head alone in an empty store', async () => {
    expect(await berth('ls')).toEqual(done('NAME   ACTIVE   DRIVER   STATE   URL   SWARM   DOCKER   ERRORS\n'));
  });

  it('is a list as JSON', async () => {
    await create('a', `tcp://127.0.0.1:${await freePort()}`);

    const { stdout } = await berth('ls', '--json');

    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({ name: 'a', driver: 'none', state: 'Running' }) as unknown,
    ]);
  });
});

describe('active', () => {
  it('says that there is none', async () => {
    expect(await berth('active')).toEqual({
      stdout: '',
      stderr: 'Error: no active host found\nCode: MachineNotFound\nTry this:\n  * eval $(berth env NAME)\n',
      exitCode: 2,
    });
  });

  it('prints the machine whose URL is DOCKER_HOST', async () => {
    const url = `tcp://127.0.0.1:${await freePort()}`;
    await create('web-1', url);

    expect(await home.berth(['active'], { env: { DOCKER_HOST: url } })).toEqual(done('web-1\n'));
  });
});

const WARNING = 'WARNING: This action will delete both local reference and remote instance.\n';
const REMOVING = 'Removing the machine...\n';
const QUESTION = 'Are you sure? (y/n): ';

describe('rm', () => {
  beforeEach(() => create());

  it.each([['-y'], ['--yes'], ['-f']])('%s asks nothing', async (flag) => {
    expect(await berth('rm', flag, 'web-1')).toEqual(
      done(`About to remove web-1\n${WARNING}Successfully removed web-1\n`, REMOVING),
    );
    expect(existsSync(folder())).toBe(false);
  });

  it.each(['y\n', 'Yes\n', 'y'])('takes %j on stdin for a yes where there is no terminal', async (stdin) => {
    const ran = await home.berth(['rm', 'web-1'], { stdin });

    expect(ran).toEqual(done(`About to remove web-1\n${WARNING}${QUESTION}Successfully removed web-1\n`, REMOVING));
  });

  it.each(['', 'n\n', '\n', 'no\ny\n'])('takes %j on stdin for a no, as docker-machine does', async (stdin) => {
    const ran = await home.berth(['rm', 'web-1'], { stdin });

    expect(ran).toEqual(done(`About to remove web-1\n${WARNING}${QUESTION}`));
    expect(existsSync(folder())).toBe(true);
  });

  it('asks on stderr where stdout carries JSON', async () => {
    const ran = await home.berth(['rm', '--json', 'web-1'], { stdin: 'y\n' });

    expect({ ...ran, stdout: JSON.parse(ran.stdout) as unknown }).toEqual({
      stdout: [{ name: 'web-1' }],
      stderr: `${QUESTION}${REMOVING}`,
      exitCode: 0,
    });
  });

  it('removes all it can and sums up what failed', async () => {
    const { stderr, exitCode } = await berth('rm', '-y', 'web-1', 'web-2', 'web-3');

    expect(stderr).toBe(
      [
        '(web-1) Removing the machine...',
        'Error: 2 of 3 machines failed',
        'Code: SomeFailed',
        'Try this:',
        '  * berth ls',
        '  * berth create web-2',
        '  * berth create web-3',
        'Caused by: web-2: no machine is called "web-2"',
        'web-3: no machine is called "web-3"',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(2);
    expect(existsSync(folder())).toBe(false);
  });

  it.each([[''], ['../machines'], ['.'], ['*']])('-f never takes %j for a machine', async (name) => {
    const { exitCode } = await berth('rm', '-f', '--', name);

    expect(exitCode).toBe(2);
    expect(existsSync(folder())).toBe(true);
  });
});

describe('a verb that a machine cannot do', () => {
  beforeEach(() => create());

  it.each([
    ['start', 'machine "web-1" is already running', 'MachineAlreadyInState'],
    ['stop', 'hosts without a driver cannot be stopped', 'NotSupported'],
    ['kill', 'hosts without a driver cannot be killed', 'NotSupported'],
    ['restart', 'hosts without a driver cannot be restarted', 'NotSupported'],
    ['provision', 'machine "web-1" is only a URL: there is no host to provision', 'NotSupported'],
    ['ssh', 'machine "web-1" is only a URL: there is no host to log in to', 'NotSupported'],
  ])('%s says so', async (verb, message, code) => {
    const { stderr, exitCode } = await berth(verb, 'web-1');

    expect(stderr.split('\n').filter((line) => /^(Error|Code)/.test(line))).toEqual([
      `Error: ${message}`,
      `Code: ${code}`,
    ]);
    expect(exitCode).toBe(2);
  });

  it('regenerate-certs asks before it begins', async () => {
    expect(await berth('regenerate-certs', 'web-1')).toEqual(
      done('Regenerate TLS machine certs?  Warning: this is irreversible. (y/n): '),
    );
  });
});

describe('a store that cannot be used', () => {
  it('is told by its path', async () => {
    await writeFile(join(home.path, 'file'), '');
    await chmod(join(home.path, 'file'), 0o600);

    const { stderr, exitCode } = await berth('-s', join(home.path, 'file'), 'ls');

    expect(stderr.split('\n').slice(0, 2)).toEqual([
      `Error: cannot read ${join(home.path, 'file', 'machines')}`,
      'Code: StoreUnusable',
    ]);
    expect(exitCode).toBe(2);
  });
});
