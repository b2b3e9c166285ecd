import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { none } from '../../drivers/none/index.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { stopMachine } from '../../src/lifecycle/power.js';
import { machineState, readMachines, stateWord, surveyMachines, type Survey } from '../../src/lifecycle/status.js';
import { parseName } from '../../src/name.js';
import { pause, poll } from '../../src/poll.js';
import { silentServer } from '../helpers/engine.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

let world: World;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const WEB = parseName('web-1');
const create = (name = 'web-1'): ReturnType<typeof createMachine> =>
  createMachine(world.wish(name), world.spec, world.program);
async function survey(timeoutMs = 5_000): Promise<Omit<Survey, 'machine' | 'responseMs'>[]> {
  const surveys = await surveyMachines(await readMachines(world.program), { timeoutMs }, world.program);
  return surveys.map(({ machine: _machine, responseMs: _responseMs, ...shown }) => shown);
}

describe('a survey of the store', () => {
  it('shows a machine whose engine answers, without asking its provider', async () => {
    await create();
    world.provider.servers.clear();

    expect(await survey()).toEqual([
      {
        name: 'web-1',
        state: 'Running',
        url: `tcp://127.0.0.1:${world.enginePort}`,
        engineVersion: '28.2.2',
        error: '',
      },
    ]);
  });

  it('shows a stopped machine without a URL and without an error', async () => {
    await create();
    await stopMachine(WEB, world.program);
    await world.engines.stop('127.0.0.1', world.enginePort);

    expect(await survey()).toEqual([{ name: 'web-1', state: 'Stopped', url: '', error: '' }]);
  });

  it('shows what is wrong with the engine of a machine that runs', async () => {
    await create();
    await world.engines.stop('127.0.0.1', world.enginePort);

    const url = `tcp://127.0.0.1:${world.enginePort}`;
    expect(await survey()).toEqual([
      { name: 'web-1', state: 'Running', url, error: `cannot reach the engine at ${url}: connection refused` },
    ]);
  });

  it('gives an engine that hangs no longer than its time limit', async () => {
    const machine = await create();
    await using hung = await silentServer();
    await world.program.store.write({ ...machine, enginePort: hung.port });

    const shown = await survey(100);

    expect(shown).toEqual([{ name: 'web-1', state: 'Timeout', url: '', error: '' }]);
  });

  it('asks nobody when there is no time to answer', async () => {
    const machine = await create();
    await using engine = await silentServer();
    await world.program.store.write({ ...machine, enginePort: engine.port });

    const shown = await survey(0);

    await pause(50);
    expect(shown).toEqual([{ name: 'web-1', state: 'Timeout', url: '', error: '' }]);
    expect(engine.asked).toEqual([]);
  });

  it.each([
    { title: 'takes no notice of its signal', state: () => new Promise<never>(() => {}) },
    {
      title: 'ends by its signal',
      state: (_resource: unknown, { signal }: { signal: AbortSignal }) =>
        poll<never>(() => Promise.resolve(undefined), { what: 'the provider', withinMs: 60_000, signal }),
    },
  ])('gives a provider no longer than the time limit when it $title', async ({ state }) => {
    const machine = await create();
    await world.engines.stop('127.0.0.1', world.enginePort);
    const driver = await world.spec.load();
    const hanging = { ...world.spec, load: async () => ({ ...driver, state }) };
    const program = { ...world.program, findDriver: () => hanging };

    const [shown] = await surveyMachines([{ name: WEB, machine }], { timeoutMs: 100 }, program);

    expect(shown).toMatchObject({ name: 'web-1', state: 'Timeout', url: '', error: '' });
  });

  it('does not let one hung engine hold up the others', async () => {
    const machine = await create('hung');
    await create('well');
    await using hung = await silentServer();
    await world.program.store.write({ ...machine, enginePort: hung.port });

    expect((await survey(1_000)).map(({ name, state }) => `${name} ${state}`)).toEqual([
      'hung Timeout',
      'well Running',
    ]);
  });

  it('shows a broken record as one row among the others', async () => {
    await create('good');
    await mkdir(world.program.store.folder(parseName('bad')), { recursive: true });
    await writeFile(`${world.program.store.folder(parseName('bad'))}/config.json`, 'not json');

    const [bad, good] = await survey();

    expect(bad).toEqual({
      name: 'bad',
      state: 'Error',
      url: '',
      error: 'cannot read the record of "bad": config.json is not JSON',
    });
    expect(good?.state).toBe('Running');
  });

  it('tells how to finish or remove what a create left behind', async () => {
    await world.program.store.write(world.wish('web-1').machine);

    expect(await survey()).toEqual([
      {
        name: 'web-1',
        state: 'Stopped',
        url: '',
        error: 'unfinished; run create again with the same arguments, or berth rm web-1',
      },
    ]);
  });

  it('shows a machine without its driver as an error of its own', async () => {
    await create();
    await world.engines.stop('127.0.0.1', world.enginePort);
    const entries = await readMachines(world.program);

    const [shown] = await surveyMachines(
      entries,
      { timeoutMs: 1_000 },
      { ...world.program, findDriver: () => undefined },
    );

    expect(shown).toMatchObject({ state: 'Error', error: 'driver "fake" of machine "web-1" not found' });
  });

  it('ends when the user interrupts it', async () => {
    const machine = await create();
    await using hung = await silentServer();
    await world.program.store.write({ ...machine, enginePort: hung.port });
    const surveying = failureOf(survey(60_000));

    world.interrupt.abort();

    expect(told(await surveying)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
  });

  it('asks an engine at a URL with the certificates of the store', async () => {
    await create();
    const { machine } = world.wish('engine');
    const url = `tcp://127.0.0.1:${world.enginePort}`;
    const entry = {
      name: machine.name,
      machine: { ...machine, driver: 'none', transport: { kind: 'url', url } as const },
    };

    const [shown] = await surveyMachines([entry], { timeoutMs: 5_000 }, { ...world.program, findDriver: () => none });

    expect(shown).toMatchObject({ name: 'engine', state: 'Running', url, engineVersion: '28.2.2' });
  });
});

describe('the state of a machine', () => {
  it('is what its provider says', async () => {
    const machine = await create();

    expect(await machineState(machine, world.program)).toBe('running');
  });

  it('is "gone" when the provider has lost it', async () => {
    const machine = await create();
    world.provider.servers.clear();

    expect(stateWord(await machineState(machine, world.program))).toBe('NotFound');
  });

  it('is "stopped" while nothing was made', async () => {
    expect(stateWord(await machineState(world.wish('web-1').machine, world.program))).toBe('Stopped');
  });

  it.each([
    ['running', 'Running'],
    ['starting', 'Starting'],
    ['stopping', 'Stopping'],
    ['paused', 'Paused'],
    ['saved', 'Saved'],
    ['error', 'Error'],
    ['unknown', 'Unknown'],
  ] as const)('%s reads as docker-machine has it: %s', (state, word) => {
    expect(stateWord(state)).toBe(word);
  });
});
