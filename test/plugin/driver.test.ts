import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginFlags } from '../../src/plugin/driver.js';
import { optionTable } from '../../src/plugin/options.js';
import { failureOf, told } from '../helpers/failure.js';
import { describeFakeDriver, fakeDriver } from './support/fake-driver.js';

describeFakeDriver('a driver binary that Go made', (built) => {
  it('declares its options with help, environment variables and defaults', async () => {
    using fake = fakeDriver(built.path);

    const options = optionTable('fake', await pluginFlags(fake.place, fake.context));

    expect(options).toEqual({
      token: { kind: 'string', secret: true, env: 'FAKE_TOKEN', help: 'API token' },
      size: { kind: 'string', default: 'small', env: 'FAKE_SIZE', help: 'Size of the server' },
      'ssh-host': { kind: 'string', default: '127.0.0.1', help: 'Address of sshd' },
      'ssh-port': {
        kind: 'integer',
        default: 22,
        min: Number.MIN_SAFE_INTEGER,
        env: 'FAKE_SSH_PORT',
        help: 'Port of sshd',
      },
      cores: { kind: 'integer', default: 0, min: Number.MIN_SAFE_INTEGER, help: '' },
      'engine-port': { kind: 'integer', default: 2376, min: Number.MIN_SAFE_INTEGER, help: 'Port of the engine' },
      fast: { kind: 'boolean', default: false, env: 'FAKE_FAST', help: 'Fast disks' },
      tag: { kind: 'list', default: ['berth'], env: 'FAKE_TAGS', help: 'Tags of the server' },
      '--region': { kind: 'string', default: 'eu', flag: 'region', help: 'A flag without <%= the driver %> in it' },
    });
  });

  it('makes a machine from its options, and keeps what it says of it', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    const options = { size: 'large', 'ssh-port': 2222, cores: -4, fast: true, tag: ['a', 'b'], '--region': 'us' };

    const made = await driver.create(fake.host(options), fake.context);

    expect(made).toEqual({
      IPAddress: '127.0.0.1',
      MachineName: 'web-1',
      SSHUser: 'fake',
      SSHPort: 2222,
      SSHKeyPath: '',
      StorePath: fake.place.storePath,
      SwarmMaster: false,
      SwarmHost: 'tcp://0.0.0.0:3376',
      SwarmDiscovery: '',
      Token: 'tok-0123456789',
      Size: 'large',
      InstanceId: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      Tags: ['a', 'b', 'us'],
      Cores: -4,
      Fast: true,
      EngineInstallURL: 'https://get.docker.com',
    });
    expect(fake.kept).toEqual([{ ...made, InstanceId: '', BerthStage: 'begun' }, made]);
    expect(fake.servers()).toEqual(['Running']);
    expect(fake.lines.sort()).toEqual(['debug: creating with token ***', 'info: Creating the server...']);
  });

  it('gives options that were not given the defaults of the driver', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();

    const made = await driver.create(fake.host(), fake.context);

    expect(made).toMatchObject({ Size: 'small', SSHPort: 22, Cores: 0, Fast: false, Tags: ['berth', 'eu'] });
  });

  it('goes through its life: state, target, stop, start, kill, remove', async () => {
    using fake = fakeDriver(built.path);
    const { context } = fake;
    const driver = fake.driver();
    const made = await driver.create(fake.host({ 'ssh-port': 2222 }), context);

    const running = await driver.state(made, context);
    const target = await driver.target(made, context);
    await driver.stop(made, context);
    const stopped = await driver.state(made, context);
    const started = await driver.start(made, context);
    await driver.kill(made, context);
    const killed = fake.servers();
    await driver.remove(made, context);

    expect([running, stopped]).toEqual(['running', 'stopped']);
    const keyPath = join(fake.place.storePath, 'machines/web-1/id_rsa');
    expect(target).toEqual({ host: '127.0.0.1', port: 2222, user: 'fake', keyPath });
    expect(readFileSync(keyPath, 'utf8')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(started).toEqual({ ...made, Cores: 1 });
    expect(killed).toEqual(['Stopped']);
    expect(fake.servers()).toEqual([]);
  });

  it('is told where the store is now, and where its key went with it', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    const made = await driver.create(fake.host(), fake.context);
    const moved = { ...made, StorePath: '/old', SSHKeyPath: '/old/machines/web-1/id_rsa' };

    const target = await driver.target(moved, fake.context);

    expect(target.keyPath).toBe(join(fake.place.storePath, 'machines/web-1/id_rsa'));
  });

  it('has its refusals told as what they are', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    const withoutToken = { ...fake.context, secrets: {} };

    const options = await failureOf(driver.check(fake.host(), withoutToken));
    fake.environment['FAKE_FAULT'] = 'refuse:PreCreateCheck';
    const check = await failureOf(driver.check(fake.host(), fake.context));

    expect(told(options)).toEqual({ code: 'BadOption', message: 'driver "fake" refused its options', exitCode: 2 });
    expect(options.cause).toEqual(new Error('fake driver requires the --fake-token option'));
    expect(told(check)).toEqual({
      code: 'CheckFailed',
      message: 'driver "fake" refused the pre-create check',
      exitCode: 3,
    });
    expect(fake.servers()).toEqual([]);
  });

  it('leaves on record what a failed create made, which a second one takes over', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    fake.environment['FAKE_FAULT'] = 'refuse:Create';

    const failure = await failureOf(driver.create(fake.host(), fake.context));
    const partial = fake.kept.at(-1)!;
    delete fake.environment['FAKE_FAULT'];
    const made = await driver.create(fake.host(), fake.context, partial);

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'driver "fake" refused to create the machine',
      exitCode: 3,
    });
    expect(partial).toMatchObject({ BerthStage: 'partial', InstanceId: expect.stringMatching(/./) as string });
    expect({ ...made, BerthStage: 'partial' }).toEqual(partial);
    expect(fake.servers()).toEqual(['Running']);
  });

  it('creates nothing anew while the state of what was begun is not known', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();

    const failure = await failureOf(
      driver.create(fake.host(), fake.context, { InstanceId: 'x', BerthStage: 'partial' }),
    );

    expect(failure.message).toBe('driver "fake" refused to tell the state of the machine');
    expect(failure.suggestions).toEqual(['berth rm web-1']);
    expect(fake.servers()).toEqual([]);
  });

  it('leaves on record what an interrupted create made, and does not outlive it', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    fake.environment['FAKE_FAULT'] = 'hang:Create';
    const create = driver.create(fake.host(), {
      ...fake.context,
      report: { ...fake.context.report, debug: () => fake.interrupt.abort() },
    });

    const failure = await failureOf(create);

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
    expect(fake.kept.at(-1)).toMatchObject({ BerthStage: 'partial', InstanceId: expect.stringMatching(/./) as string });
    expect(fake.servers()).toEqual(['Running']);
  });

  it.each([
    ['panic:Create', 'crashed with exit code 2', 'panic: the provider answered nil'],
    ['exit:Create', 'crashed with exit code 7', 'out of disk'],
  ])('that dies of %s is told in one line, and begun again with a warning', async (fault, fact, words) => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    fake.environment['FAKE_FAULT'] = fault;

    const failure = await failureOf(driver.create(fake.host(), fake.context));
    const begun = fake.kept.at(-1)!;
    delete fake.environment['FAKE_FAULT'];
    await driver.create(fake.host(), fake.context, begun);

    expect(failure.message).toBe(`driver "fake" ${fact}`);
    expect(failure.cause).toEqual(new Error(words));
    expect(begun['BerthStage']).toBe('begun');
    expect(fake.lines).toContain('warn: what driver "fake" began earlier may be left at its provider');
  });

  it('whose refusals quote a secret has it masked', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    fake.environment['FAKE_FAULT'] = 'refuse:PreCreateCheck';
    fake.environment['FAKE_TOKEN'] = 'tok-0123456789';

    const failure = await failureOf(driver.check(fake.host(), fake.context));

    expect(failure.cause).toEqual(new Error('the provider says: PreCreateCheck is not allowed for ***'));
  });

  it('that is to remove what it never made says so, and is content', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();

    await driver.remove({ InstanceId: 'none', BerthStage: 'begun' }, fake.context);

    expect(fake.lines).toEqual(['warn: driver "fake" knows of nothing to remove; see whether its provider does']);
  });

  it('that cannot remove a machine is told as a failure', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    const made = await driver.create(fake.host(), fake.context);
    fake.environment['FAKE_FAULT'] = 'refuse:Remove';

    const failure = await failureOf(driver.remove(made, fake.context));

    expect(failure.message).toBe('driver "fake" refused to remove the machine');
    expect(fake.servers()).toEqual(['Running']);
  });

  it('names a place to log in to, or none', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    const made = await driver.create(fake.host(), fake.context);

    const failure = await failureOf(driver.target({ ...made, IPAddress: '-oProxyCommand=id' }, fake.context));

    expect(failure.message).toBe('driver "fake" names no place to log in to');
    expect(failure.cause).toEqual(new Error('{"host":"-oProxyCommand=id","port":22,"user":"fake"}'));
  });

  it('of another API version is refused before anything is asked of it', async () => {
    using fake = fakeDriver(built.path);
    fake.environment['FAKE_VERSION'] = '3';

    const failure = await failureOf(pluginFlags(fake.place, fake.context));

    expect(failure.message).toBe('driver "fake" speaks API version 3, not 1');
  });

  (existsSync('/proc') ? it : it.skip)('leaves no process behind', async () => {
    using fake = fakeDriver(built.path);
    const driver = fake.driver();
    const made = await driver.create(fake.host(), fake.context);
    fake.environment['FAKE_FAULT'] = 'hang:GetState';

    const state = driver.state(made, fake.context);
    fake.interrupt.abort();
    await failureOf(state);

    expect(commandLines().filter((line) => line.includes(built.path))).toEqual([]);
  });
});

/** Of all processes of this computer. */
function commandLines(): string[] {
  return readdirSync('/proc').flatMap((entry) => {
    try {
      return /^\d+$/.test(entry) ? [readFileSync(`/proc/${entry}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
}
