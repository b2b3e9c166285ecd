import { parseSources } from '../../src/cloud/sources.js';
import { parsePort } from '../../src/cloud/ports.js';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { changePorts, listPorts } from '../../src/lifecycle/ports.js';
import { stopMachine } from '../../src/lifecycle/power.js';
import { reachEngine } from '../../src/lifecycle/reach.js';
import { removeMachine } from '../../src/lifecycle/remove.js';
import { readMachines, surveyMachines } from '../../src/lifecycle/status.js';
import { parseName } from '../../src/name.js';
import { toy } from '../drivers/toy/driver.js';
import { TOY_TOKEN } from '../drivers/toy/stand-in.js';
import { failureOf, told } from '../helpers/failure.js';
import { cloudWorld, type CloudWorld } from './support/cloud-world.js';

const WEB = parseName('web-1');

async function made(own: CloudWorld, ...wish: Parameters<CloudWorld['wish']>): Promise<void> {
  await createMachine(own.wish(...wish), toy, own.program);
}

async function rules(own: CloudWorld): Promise<readonly string[]> {
  const all = await listPorts(WEB, own.program);
  return all.map(({ protocol, from, to, sources }) => `${from}-${to}/${protocol} ${sources.join(',')}`);
}

describe("the engine's port of a new machine", () => {
  it('is open for the caller alone, as the host sees it', async () => {
    await using own = await cloudWorld();

    await made(own, 'web-1');

    const port = own.world.enginePort;
    expect(await rules(own)).toEqual(['22-22/tcp 0.0.0.0/0,::/0', `${port}-${port}/tcp 192.0.2.9/32`]);
  });

  it.each([
    [['any'], '0.0.0.0/0,::/0'],
    [['caller', '198.51.100.0/24'], '192.0.2.9/32,198.51.100.0/24'],
  ])('is open for %j where that was asked for', async (allow, sources) => {
    await using own = await cloudWorld();

    await made(own, 'web-1', { allow });

    expect((await rules(own))[1]).toMatch(new RegExp(` ${sources}$`));
  });

  it('stays closed, with a warning, where the host does not see who calls', async () => {
    await using own = await cloudWorld();
    own.caller = undefined;

    await made(own, 'web-1');

    expect(await rules(own)).toHaveLength(1);
    expect(own.world.lines).toContain(
      `warn: nobody reaches the engine: berth ports web-1 open ${own.world.enginePort} --from ADDRESS`,
    );
  });
});

describe('ports of a machine', () => {
  it('are opened for the caller or for a block, and closed for everybody', async () => {
    await using own = await cloudWorld();
    await made(own, 'web-1');
    const ports = [parsePort('80', 'port'), parsePort('8000-8080/udp', 'port')];
    const before = await rules(own);

    await changePorts(WEB, { verb: 'open', ports, sources: parseSources(['caller'], 'from') }, own.program);
    const opened = await rules(own);
    await changePorts(WEB, { verb: 'close', ports }, own.program);

    expect(opened).toEqual([...before, '80-80/tcp 192.0.2.9/32', '8000-8080/udp 192.0.2.9/32']);
    expect(await rules(own)).toEqual(before);
  });

  it('need a host that says who calls', async () => {
    await using own = await cloudWorld();
    await made(own, 'web-1');
    own.caller = 'nobody';

    const change = { verb: 'open', ports: [parsePort('80', 'port')], sources: ['caller'] } as const;
    const failure = await failureOf(changePorts(WEB, change, own.program));

    expect(told(failure)).toEqual({
      code: 'CommandFailed',
      message: 'machine "web-1" does not see where this computer calls from',
      exitCode: 4,
    });
  });
});

describe('an engine that cannot be reached later', () => {
  it('may be behind the firewall: the caller has another address now', async () => {
    await using own = await cloudWorld();
    await made(own, 'web-1');
    await own.world.engines[Symbol.asyncDispose]();

    const failure = await failureOf(
      reachEngine(await own.program.store.read(WEB), own.program, { refusedMs: 50, silentMs: 50 }),
    );

    expect(failure.suggestions).toEqual([
      'berth status web-1',
      `berth ports web-1 open ${own.world.enginePort} --from caller`,
      'berth provision web-1',
    ]);
  });
});

describe('an engine that the first boot brings', () => {
  it('is in the user-data, and is waited for', async () => {
    await using own = await cloudWorld();
    own.printed = '0\n';

    await made(own, 'web-1', { installAt: 'boot' });

    expect(own.cloud.userData('s1')).toContain('text/x-shellscript');
    expect(own.world.lines).toContain('step: Waiting for the engine of the first boot');
    expect(own.world.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  it.each([
    ['failed', '100\n'],
    ['left no mark: it has no cloud-init, or is not at its end', ''],
  ])('is installed over SSH where the first boot %s', async (_how, printed) => {
    await using own = await cloudWorld();
    own.printed = printed;

    await made(own, 'web-1', { installAt: 'boot' });

    expect(own.world.lines).toContain(
      'warn: the first boot of web-1 did not bring the engine; it is installed over SSH',
    );
  });

  it('comes over SSH unless it was asked for', async () => {
    await using own = await cloudWorld();

    await made(own, 'web-1');

    expect(own.cloud.userData('s1')).not.toContain('text/x-shellscript');
  });
});

describe('a new machine that never answers', () => {
  it("is explained by its provider's state and the end of its console", async () => {
    await using own = await cloudWorld();
    own.cloud.console = 'Kernel panic - not syncing\n';
    own.silence = new MachineError('HostUnreachable', 'cannot reach root@127.0.1.1:22 over SSH: no route', {
      suggestions: ['Look'],
      cause: new Error('EHOSTUNREACH'),
    });

    const failure = await failureOf(made(own, 'web-1'));

    expect(told(failure)).toEqual({
      code: 'HostUnreachable',
      message: 'cannot reach root@127.0.1.1:22 over SSH: no route; it is running',
      exitCode: 4,
    });
    expect((failure.cause as Error).message).toBe(
      'EHOSTUNREACH\nits provider says: running\nthe end of its console:\nKernel panic - not syncing',
    );
    expect(failure.suggestions).toEqual(['Look']);
  });

  it('is told with its state alone where there is no console', async () => {
    await using own = await cloudWorld();
    own.silence = new MachineError('HostUnreachable', 'cannot reach it');
    own.cloud.intervene = ({ name }) => (name === 'GET /servers/:id/console' ? { status: 404 } : undefined);

    const failure = await failureOf(made(own, 'web-1'));

    expect([failure.message, (failure.cause as Error).message]).toEqual([
      'cannot reach it; it is running',
      'its provider says: running',
    ]);
  });
});

describe('stored credentials that are refused', () => {
  it('give way to those of the environment, which is said once', async () => {
    await using own = await cloudWorld();
    await made(own, 'web-1', {}, { token: TOY_TOKEN });
    await own.program.store.writeSecrets(WEB, { token: 'of last year' });

    await removeMachine(WEB, { force: false }, own.program);

    expect(own.cloud.left()).toEqual([]);
    expect(own.world.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn: the stored credentials of "web-1" are refused; those of the environment are used',
    ]);
  });

  it('fail where the environment has no other ones', async () => {
    await using own = await cloudWorld();
    await made(own, 'web-1', {}, { token: TOY_TOKEN });
    await own.program.store.writeSecrets(WEB, { token: 'of last year' });
    own.token = undefined;

    const failure = await failureOf(stopMachine(WEB, own.program));

    expect(told(failure)).toEqual({
      code: 'CredentialsRefused',
      message: 'Toy: does not accept the credentials (asking for states)',
      exitCode: 3,
    });
  });
});

describe('a survey of machines of a cloud', () => {
  it('asks for the states of all of them in one call', async () => {
    await using own = await cloudWorld();
    for (const name of ['web-1', 'web-2', 'web-3']) await made(own, name);
    for (const name of ['web-1', 'web-3']) await stopMachine(parseName(name), own.program);
    await own.world.engines[Symbol.asyncDispose]();
    const before = own.cloud.calls.length;

    const surveys = await surveyMachines(await readMachines(own.program), { timeoutMs: 5_000 }, own.program);

    expect(surveys.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'web-1 Stopped',
      'web-2 Running',
      'web-3 Stopped',
    ]);
    expect(own.cloud.calls.slice(before)).toEqual(['GET /servers']);
  });
});

describe('a create that died before it kept anything', () => {
  it('is removed by its tags', async () => {
    await using own = await cloudWorld();
    await made(own, 'web-1');
    const { resource: _lost, ...unkept } = await own.program.store.read(WEB);
    await own.program.store.write({ ...unkept, phase: 'planned' });

    await removeMachine(WEB, { force: false }, own.program);

    expect(own.cloud.left()).toEqual([]);
    expect(own.cloud.foreign()).toHaveLength(2);
  });
});
