import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from '../../src/plugin/binary.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder, type TestFolder } from '../helpers/folder.js';
import { rpcServer, type Reply, type RpcServer } from './support/rpc-server.js';
import { isAlive, open, pidOf, scriptDriver, untilStarted, type OpenScript } from './support/scripts.js';

const SERVES = 'echo $ADDRESS; exec sleep 600';
const VERSION: Reply = { type: 'int', data: 1 };

function driverServer(answers: Readonly<Record<string, Reply>> = {}): Promise<RpcServer> {
  return rpcServer({
    answer: (method) => answers[method] ?? (method.endsWith('.GetVersion') ? VERSION : {}),
  });
}

function addressOf({ host, port }: RpcServer): { address: string } {
  return { address: `${host}:${port}` };
}

describe('openPlugin', () => {
  it('starts the binary as docker-machine does and calls its methods', async () => {
    using folder = testFolder();
    await using server = await driverServer({ 'RPCServerDriver.GetIP': { type: 'string', data: '192.0.2.7' } });
    const path = scriptDriver(
      folder.path,
      `echo "token $MACHINE_PLUGIN_TOKEN, driver $MACHINE_PLUGIN_DRIVER_NAME, $# arguments" >&2; ${SERVES}`,
    );

    const { plugin, report } = open(path, addressOf(server));
    await using opened = await plugin;
    const address = await opened.call('GetIP');

    expect(address).toBe('192.0.2.7');
    expect(report.lines).toEqual(['debug: token 42, driver fake, 0 arguments']);
  });

  it('passes on what the driver prints, without its secrets and its colours', async () => {
    using folder = testFolder();
    await using server = await driverServer();
    const script = `printf 'before\\n\\033[31mred\\033[0m hunter2hunter2\\r\\n'; echo secret hunter2hunter2 >&2; ${SERVES}`;

    const { plugin, report } = open(scriptDriver(folder.path, script), {
      ...addressOf(server),
      secrets: ['hunter2hunter2'],
    });
    await using _opened = await plugin;

    expect(report.lines.sort()).toEqual(['debug: secret ***', 'info: before', 'info: red ***']);
  });

  it('speaks to drivers from before docker-machine 0.5.1 under their old name', async () => {
    using folder = testFolder();
    await using server = await driverServer({
      'RPCServerDriver.GetVersion': { error: "rpc: can't find service RPCServerDriver.GetVersion" },
    });

    await using opened = await open(scriptDriver(folder.path, SERVES), addressOf(server)).plugin;
    await opened.call('GetIP');

    expect(server.calls.map(({ method }) => method)).toEqual([
      'RPCServerDriver.GetVersion',
      'RpcServerDriver.GetVersion',
      'RpcServerDriver.GetIP',
    ]);
  });

  it.each([
    ['crashes', 'echo one >&2; echo "no libvirt here" >&2; exit 3', 'crashed with exit code 3', 'no libvirt here'],
    [
      'panics',
      'echo "panic: nil map" >&2; echo >&2; echo "goroutine 1 [running]:" >&2; exit 2',
      'crashed with exit code 2',
      'panic: nil map',
    ],
    ['is killed', 'kill -SEGV $$', 'crashed by signal SIGSEGV', undefined],
    ['ends without a word', 'exit 0', 'crashed with exit code 0', undefined],
    ['prints junk without end', 'while :; do echo hello; done', 'prints no address to reach it at', 'hello'],
    ['prints junk and hangs', 'echo 10.0.0.1:22; exec sleep 600', 'prints no address to reach it at', '10.0.0.1:22'],
    ['hangs', 'exec sleep 600', 'prints no address to reach it at', undefined],
    [
      'speaks no RPC',
      'echo 127.0.0.1:1; exec sleep 600',
      'answers what docker-machine would not understand',
      undefined,
    ],
  ])('says that a driver %s', async (_what, script, fact, words) => {
    using folder = testFolder();
    const { plugin } = open(scriptDriver(folder.path, script), { times: { startMs: 1_000, closeMs: 50 } });

    const failure = await failureOf(plugin);

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: `driver "fake" ${fact}`, exitCode: 3 });
    if (words !== undefined) expect(failure.cause).toEqual(new Error(words));
  });

  it.each([
    ['2', { type: 'int', data: 2 }],
    ['0', { type: 'string', data: 'one' }],
  ] as const)('refuses a driver of API version %s', async (version, reply) => {
    using folder = testFolder();
    await using server = await driverServer({ 'RPCServerDriver.GetVersion': reply });
    const { plugin } = open(scriptDriver(folder.path, SERVES), addressOf(server));

    const failure = await failureOf(plugin);

    expect(failure.message).toBe(`driver "fake" speaks API version ${version}, not 1`);
    expect(failure.suggestions).toEqual(['Install a docker-machine-driver-fake made for docker-machine 0.5 to 0.16']);
  });

  it('says that a file is no program', async () => {
    using folder = testFolder();
    const path = join(folder.path, 'docker-machine-driver-fake');
    writeFileSync(path, 'not a program');
    chmodSync(path, 0o644);

    const failure = await failureOf(open(path).plugin);

    expect(failure.message).toBe('cannot start driver "fake"');
  });

  it('ends a driver that hangs when the signal fires', async () => {
    using folder = testFolder();
    const interrupt = new AbortController();
    const { plugin } = open(scriptDriver(folder.path, 'exec sleep 600'), { signal: interrupt.signal });
    await untilStarted(folder.path);

    interrupt.abort();
    const failure = await failureOf(plugin);

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
    await expectGone(folder.path);
  });
});

describe('Plugin', () => {
  it('hands over the words of a refusal as cause, without secrets', async () => {
    await using driver = await served({ 'RPCServerDriver.Create': { error: 'quota of tok-123456 exceeded' } });

    const failure = await failureOf(driver.plugin.call('Create'));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'driver "fake" refused Create', exitCode: 3 });
    expect(failure.cause).toEqual(new Error('quota of *** exceeded'));
  });

  it('calls a refusal what the caller wants', async () => {
    await using driver = await served({ 'RPCServerDriver.PreCreateCheck': { error: 'no VT-x' } });

    const failure = await failureOf(driver.plugin.call('PreCreateCheck', undefined, { refusal: 'CheckFailed' }));

    expect(failure.code).toBe('CheckFailed');
  });

  it('says that the driver crashed while it was asked, and its last words', async () => {
    const crash: Reply = { raw: Buffer.from('00', 'hex') };
    await using driver = await served({ 'RPCServerDriver.Create': crash }, 'echo out of memory >&2; ');

    const call = driver.plugin.call('Create');
    process.kill(pidOf(driver.folder), 'SIGKILL');
    await driver.server[Symbol.asyncDispose]();
    const failure = await failureOf(call);

    expect(failure.message).toBe('driver "fake" crashed by signal SIGKILL');
    expect(failure.cause).toEqual(new Error('out of memory'));
  });

  it('says that the driver lies', async () => {
    await using driver = await served({ 'RPCServerDriver.GetState': { raw: Buffer.from('0103', 'hex') } });

    const failure = await failureOf(driver.plugin.call('GetState'));

    expect(failure.message).toBe('driver "fake" answers what docker-machine would not understand');
    expect((failure.cause as Error).message).toBe('malformed gob: a definition of the reserved type 2');
  });

  it('waits for an answer as long as the caller says', async () => {
    await using driver = await served({ 'RPCServerDriver.GetState': { silent: true } });

    const failure = await failureOf(driver.plugin.call('GetState', undefined, { withinMs: 100 }));

    expect(failure.message).toBe('timed out after 0.1 s waiting for driver "fake" to answer GetState');
  });

  it('ends what waits once the driver answers no heartbeat', async () => {
    const silent: Reply = { silent: true };
    const answers = { 'RPCServerDriver.Create': silent, 'RPCServerDriver.Heartbeat': silent };
    await using driver = await served(answers, '', { heartbeatMs: 20, hangMs: 100 });

    const failure = await failureOf(driver.plugin.call('Create'));

    expect(failure.message).toBe('driver "fake" hangs: no heartbeat for 0.1 s');
    await expectGone(driver.folder);
  });

  it('sends heartbeats while a call lasts', async () => {
    await using driver = await served({ 'RPCServerDriver.Create': { after: 6 } }, '', { heartbeatMs: 10 });

    await driver.plugin.call('Create');

    const beats = driver.server.calls.filter(({ method }) => method === 'RPCServerDriver.Heartbeat');
    expect(beats.length).toBeGreaterThanOrEqual(4);
  });

  it('tells the driver to close, and ends one that does not', async () => {
    const driver = await served({});

    await driver[Symbol.asyncDispose]();

    expect(driver.server.calls.at(-1)?.method).toBe('RPCServerDriver.Close');
    await expectGone(driver.folder);
  });

  it('leaves alone what the driver started: machines of a local hypervisor', async () => {
    const driver = await served({}, 'sleep 600 & echo $! > "$(dirname $0)/vm"; ');

    await driver[Symbol.asyncDispose]();

    const vm = Number(readFileSync(join(driver.folder, 'vm'), 'utf8'));
    await expectGone(driver.folder);
    expect(isAlive(vm)).toBe(true);
    process.kill(vm);
  });
});

interface Served extends AsyncDisposable {
  readonly plugin: Plugin;
  readonly server: RpcServer;
  readonly report: OpenScript['report'];
  readonly folder: string;
}

/** Of the drivers below: what they left there is looked at after their end. */
const folders: TestFolder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder[Symbol.dispose]();
});

/** A driver whose methods answer as the test says. */
async function served(
  answers: Readonly<Record<string, Reply>>,
  before = '',
  times: { readonly heartbeatMs?: number; readonly hangMs?: number } = {},
): Promise<Served> {
  const folder = testFolder();
  folders.push(folder);
  const server = await driverServer(answers);
  const path = scriptDriver(folder.path, `${before}${SERVES}`);
  const { plugin, report } = open(path, {
    ...addressOf(server),
    secrets: ['tok-123456', 'x'],
    times: { startMs: 5_000, closeMs: 100, ...times },
  });
  const opened = await plugin;
  return {
    plugin: opened,
    server,
    report,
    folder: folder.path,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function expectGone(folder: string): Promise<void> {
  const pid = pidOf(folder);
  const deadline = performance.now() + 5_000;
  while (isAlive(pid) && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(isAlive(pid)).toBe(false);
}
