import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testHome, type Home, type Ran } from '../cli/support/berth.js';

let home: Home;
beforeEach(() => {
  home = testHome();
});
afterEach(() => home[Symbol.dispose]());

const run = (verb: string, yaml: string, ...more: string[]): Promise<Ran> => {
  const file = join(home.path, 'berth.yaml');
  writeFileSync(file, yaml);
  return home.berth([verb, '-f', file, ...more]);
};
const TWO = `
machines:
  web:
    driver: none
    url: tcp://192.0.2.7:2376
  db: { driver: none, url: 'tcp://192.0.2.8:2376' }
`;

describe('a file of machines', () => {
  it('is shown as a plan before anything is there', async () => {
    expect(await run('plan', TWO)).toEqual({
      stdout: '+ machine web (none)\n+ machine db (none)\n',
      stderr: '',
      exitCode: 0,
    });
    expect((await home.berth(['ls', '-q'])).stdout).toBe('');
  });

  it('makes its machines, and nothing the second time', async () => {
    const first = await run('apply', TWO, '-y');
    const again = await run('apply', TWO, '-y');

    expect(first.stdout).toBe('+ machine web (none)\n+ machine db (none)\nEverything is as the file says.\n');
    expect(again).toEqual({ stdout: 'Nothing to do.\n', stderr: '', exitCode: 0 });
    expect((await home.berth(['ls', '-q'])).stdout).toBe('db\nweb\n');
    expect((await home.berth(['url', 'web'])).stdout).toBe('tcp://192.0.2.7:2376\n');
  });

  it('asks first, and does nothing without a yes', async () => {
    const { stdout, exitCode } = await run('apply', TWO);

    expect({ stdout, exitCode }).toEqual({
      stdout: '+ machine web (none)\n+ machine db (none)\nBring this about? (y/n): ',
      exitCode: 0,
    });
    expect((await home.berth(['ls', '-q'])).stdout).toBe('');
  });

  it('leaves alone what it does not name', async () => {
    await home.berth(['create', '-d', 'none', '--url', 'tcp://192.0.2.1:2376', 'other']);
    await run('apply', TWO, '-y');

    await run('destroy', TWO, '-y');

    expect((await home.berth(['ls', '-q'])).stdout).toBe('other\n');
  });

  it('says as JSON what it does', async () => {
    const { stdout } = await run('plan', TWO, '--json');

    expect(JSON.parse(stdout)).toEqual([
      { action: 'create', machine: 'web', driver: 'none' },
      { action: 'create', machine: 'db', driver: 'none' },
    ]);
  });

  it('shows what of the engine has become different', async () => {
    await run('apply', TWO, '-y');

    const { stdout } = await run(
      'plan',
      TWO.replace(
        'url: tcp://192.0.2.7:2376',
        'url: tcp://192.0.2.7:2376\n    engine-version: 28\n    engine-label: [tier=web]',
      ),
    );

    expect(stdout).toBe('~ machine web\n    engine labels: nothing → tier=web\n    engine version: nothing → 28\n');
  });

  it('refuses to turn a machine into another one', async () => {
    await run('apply', TWO, '-y');

    const { stderr, exitCode } = await run('plan', TWO.replace('192.0.2.7', '192.0.2.9'));

    expect({ stderr, exitCode }).toEqual({
      stderr: `Error: machine "web" was made otherwise
Code: MachineExists
Try this:
  * berth rm web, if it may be made anew
  * Write into the file what it was made with
Caused by: "url" is tcp://192.0.2.7:2376, the file says tcp://192.0.2.9:2376
`,
      exitCode: 2,
    });
  });

  it('counts machines of one kind', async () => {
    const { stdout } = await run('plan', 'machines: { web: { driver: nspawn, memory: 512, count: 3 } }');

    expect(stdout).toBe('+ machine web-1 (nspawn)\n+ machine web-2 (nspawn)\n+ machine web-3 (nspawn)\n');
  });

  it('names clusters', async () => {
    const { stdout } = await run('plan', 'clusters: { prod: { driver: nspawn, managers: 3, workers: 2 } }');

    expect(stdout).toBe('+ cluster prod\n');
  });

  it('names machines of the same file as members of clusters', async () => {
    const yaml =
      'machines: { db: { driver: nspawn } }\nclusters: { prod: { driver: nspawn, managers: 1, worker: [db] } }';

    const { stdout } = await run('plan', yaml);

    expect(stdout).toBe('+ machine db (nspawn)\n+ cluster prod\n');
  });

  it('says what is gone already when it is to be removed', async () => {
    expect((await run('destroy', TWO, '-y')).stdout).toBe('Nothing of it is there.\n');
  });
});

describe('a mistake in the file', () => {
  it.each([
    ['machines: [web]', 'machines: names with their values are wanted, got ["web"]'],
    ['hosts: {}', 'FILE: no section is called "hosts"'],
    ['machines: { web: { driver: none, frob: 1 } }', 'machine "web": no flag is called "frob"'],
    ['machines: { web: { driver: 7 } }', 'machine "web": driver wants a name, got 7'],
    [
      'machines: { web: { driver: nspawn, memory: lots } }',
      'option --nspawn-memory wants a whole number from 0, got "lots"',
    ],
    ['machines: { web: { driver: nspawn, count: 0 } }', 'machine "web": count wants 1 to 100, got 0'],
    [
      'machines: { web: { driver: nspawn, tls-san: { a: b } } }',
      'machine "web": tls-san wants a list of texts, got {"a":"b"}',
    ],
    [
      'machines: { web: { driver: nspawn, engine-source: shop } }',
      'machine "web": engine-source wants one of auto, docker, distribution, bundle, got "shop"',
    ],
    [
      'machines: { web: { driver: nspawn, ports: [{ port: 80, to: x }] } }',
      'machine "web": a port is 80, 443/tcp or {port: 80, from: any}',
    ],
    [
      'machines: { web: { driver: nspawn, ports: [99999] } }',
      'option --ports wants port[-port][/tcp|udp], got "99999"',
    ],
    [
      'machines: { "../x": { driver: nspawn } }',
      'a machine name has only a-z, A-Z, 0-9, "-", "." and a letter or digit first, got "../x"',
    ],
    [
      'machines: { web: { driver: amazonec2, secret-key: abc } }',
      'machine "web": amazonec2-secret-key is a secret, which no file should hold',
    ],
    ['clusters: { prod: { managers: many } }', 'option --managers wants 0 to 100, got "many"'],
    ['clusters: { prod: { manager: [db] } }', 'no machine is called "db"'],
    ['clusters: { prod: { manager: [db, db] } }', 'machine "db" is named twice'],
    ['clusters: { prod: { workers: 1, managers: 0 } }', 'a cluster needs a manager: --managers or --manager'],
    ['machines: { web: { driver: nspawn, ports: [80] } }', 'the driver nspawn has no firewall that berth can change'],
    [
      'machines: { web: { driver: nspawn, engine-bundle: /no/such.tgz } }',
      'option --engine-bundle names a file that does not exist: "/no/such.tgz"',
    ],
    ['machines: {', 'cannot read FILE: it is no YAML'],
  ])('is told: %s', async (yaml, message) => {
    const { stdout, stderr, exitCode } = await run('plan', yaml);

    const [line] = stderr.replaceAll(join(home.path, 'berth.yaml'), 'FILE').split('\n');
    expect({ stdout, line, exitCode }).toEqual({ stdout: '', line: `Error: ${message}`, exitCode: 2 });
  });

  it('is a file that is not there', async () => {
    const { stderr } = await home.berth(['plan', '-f', '/nowhere/berth.yaml']);

    expect(stderr).toContain('cannot read /nowhere/berth.yaml: there is no such file');
  });
});
