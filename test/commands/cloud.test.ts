import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { amazonec2StandIn, KEYS, type Ec2StandIn } from '../standins/amazonec2/index.js';
import { testHome, type Home, type Ran } from '../cli/support/berth.js';

let home: Home;
beforeAll(async () => {
  home = testHome();
  await home.berth(['create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', 'web-1']);
});
afterAll(() => home[Symbol.dispose]());
const berth = (...args: string[]): Promise<Ran> => home.berth(args);

describe('gc', () => {
  it('finds nothing where no record is at a cloud', async () => {
    expect(await berth('gc')).toEqual({ stdout: 'Nothing is left over.\n', stderr: '', exitCode: 0 });
    expect((await berth('gc', '--yes', '--json')).stdout).toBe('[]\n');
  });

  it.each([
    [['-d', 'none'], 'the driver none makes nothing at a provider', 2],
    [['-d', 'nowhere'], 'driver "nowhere" not found', 2],
    [['--amazonec2-region', 'eu-central-1'], 'option --amazonec2-region needs its driver', 2],
    [
      ['-d', 'none', '--amazonec2-region', 'x'],
      'option --amazonec2-region belongs to the driver amazonec2, not to none',
      2,
    ],
  ])('%j is refused', async (args, message, exitCode) => {
    const ran = await berth('gc', ...args, '--json');

    expect((JSON.parse(ran.stdout) as { error: { message: string } }).error.message).toBe(message);
    expect(ran.exitCode).toBe(exitCode);
  });
});

describe('gc at a provider', () => {
  let cloud: Ec2StandIn;
  beforeAll(async () => {
    cloud = await amazonec2StandIn();
  });
  afterAll(async () => {
    await cloud[Symbol.asyncDispose]();
  });
  const gc = (...args: string[]): Promise<Ran> =>
    berth('gc', '--progress', 'json', '-d', 'amazonec2', '--amazonec2-endpoint', cloud.url, ...args);
  const keys = ['--amazonec2-access-key', KEYS.accessKey, '--amazonec2-secret-key', KEYS.secretKey];
  const FOREIGN = 'web-1 (ffffffffffffffff, amazonec2, of the store 0000000000000000)';

  it('leaves out what other stores have made', async () => {
    expect((await gc(...keys)).stdout).toBe('Nothing is left over.\n');
  });

  it('shows it where that is asked for, and does not remove it', async () => {
    const { stdout } = await gc(...keys, '--all-stores', '--yes');

    const lines = stdout.trim().split('\n');
    expect(lines[0]).toBe(FOREIGN);
    expect(lines.at(-1)).toBe(
      'What other stores have made is only removed where its machine is named: gc --all-stores --yes NAME',
    );
    expect(cloud.calls.filter((name) => /Terminate|Delete/.test(name))).toEqual([]);
  });

  it('removes it where its machine is named', async () => {
    const { stdout } = await gc(...keys, '--all-stores', '--yes', 'web-1');

    expect(stdout.split('\n').slice(-2)).toEqual(['Removed what one machine had left.', '']);
    expect(cloud.calls).toContain('TerminateInstances');
  });

  it('does not say that nothing is left where it could not look', async () => {
    const { stdout, exitCode } = await gc('--amazonec2-access-key', 'AKIANOBODY', '--amazonec2-secret-key', 'no');

    expect([stdout, exitCode]).toEqual(['', 3]);
  });
});

describe('ports', () => {
  it.each([
    [[], 'expected a machine name as an argument'],
    [['web-1', 'shut'], 'ports are listed, opened or closed, got "shut"'],
    [['web-1', 'list', '80'], 'a list takes no ports and no --from'],
    [['web-1', 'open'], 'expected ports to open'],
    [['web-1', 'open', '80/icmp'], 'a port is PORT[-PORT][/tcp|udp], got "80/icmp"'],
    [['web-1', 'open', '80', '--from', 'home'], 'option --from wants CIDR, caller or any, got "home"'],
    [['web-1', 'close', '80'], 'the driver none has no firewall that berth can change'],
    [['web-1'], 'the driver none has no firewall that berth can change'],
    [['../web'], 'a machine name has only a-z, A-Z, 0-9, "-", "." and a letter or digit first, got "../web"'],
  ])('%j is refused', async (args, message) => {
    const ran = await berth('ports', ...args, '--json');

    expect((JSON.parse(ran.stdout) as { error: { message: string } }).error.message).toBe(message);
    expect(ran.exitCode).toBe(2);
  });
});

describe('status', () => {
  it('of several machines is a line for each, in their order', async () => {
    await berth('create', '-d', 'none', '--url', 'tcp://192.0.2.8:2376', 'web-2');

    expect((await berth('status', 'web-2', 'web-1')).stdout).toBe('Running\nRunning\n');
    expect(JSON.parse((await berth('status', '--json', 'web-2', 'web-1')).stdout)).toEqual([
      { name: 'web-2', state: 'Running' },
      { name: 'web-1', state: 'Running' },
    ]);
  });
});

describe('drivers', () => {
  it("lists berth's own and the binaries on PATH", async () => {
    const bin = join(home.path, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const name of ['exoscale', 'none', '-bad']) writeFileSync(join(bin, `docker-machine-driver-${name}`), '');
    chmodSync(join(bin, 'docker-machine-driver-exoscale'), 0o755);
    chmodSync(join(bin, 'docker-machine-driver-none'), 0o755);

    const { stdout } = await home.berth(['drivers'], { env: { PATH: bin } });
    const rows = stdout.split('\n').map((line) => line.split(/ {3,}/));

    expect(rows[0]).toEqual(['NAME', 'KIND', 'TITLE']);
    expect(rows).toContainEqual(['none', 'built in', expect.any(String)]);
    expect(rows.filter(([, kind]) => kind === 'binary')).toEqual([
      ['exoscale', 'binary', 'docker-machine-driver-exoscale'],
    ]);
  });

  it('shows the options of one by group, with defaults and environment', async () => {
    expect((await berth('drivers', 'none')).stdout).toBe(
      [
        'An engine at a URL (none)',
        '',
        'Required',
        '  OPTION   DEFAULT   ENVIRONMENT   HELP',
        '  --url                            URL of the engine, tcp://host:2376 say',
        '',
      ].join('\n'),
    );
  });

  it('gives the same as JSON', async () => {
    const { stdout } = await berth('drivers', 'generic', '--json');

    const { name, options } = JSON.parse(stdout) as { name: string; options: { flag: string; group: string }[] };
    expect(name).toBe('generic');
    expect(options).toContainEqual(
      expect.objectContaining({ flag: '--generic-ssh-user', group: 'Login', default: 'root' }),
    );
  });

  it('knows no other', async () => {
    const { stdout, exitCode } = await berth('drivers', 'amazonec3', '--json');

    expect((JSON.parse(stdout) as { error: object }).error).toMatchObject({ message: 'driver "amazonec3" not found' });
    expect(exitCode).toBe(2);
  });
});
