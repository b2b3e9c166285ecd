import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import type { AzureMachine } from '../../../drivers/azure/handle.js';
import { failureOf } from '../../helpers/failure.js';
import type { RecordingReporter } from '../../helpers/reporter.js';
import { refusal } from '../../standins/azure/world.js';
import { contextOf } from '../contract.js';
import { azureHost, azureStand, made } from './support.js';

describe('a machine of Azure', () => {
  it.each(['at once', 'later'] as const)('is of the next size when Azure says %s that it has none', async (when) => {
    await using world = await azureStand();
    world.standIn.soldOut.set('Standard_B2s', when);
    const context = contextOf(world);

    const options = { ...world.options, size: 'Standard_B2s,Standard_D2s_v5' };
    const resource = await driver.create(azureHost(options), context);

    expect(world.standIn.body('microsoft.compute/virtualmachines')).toMatchObject({
      properties: { hardwareProfile: { vmSize: 'Standard_D2s_v5' } },
    });
    expect((context.report as RecordingReporter).lines).toEqual([
      'info: no Standard_B2s in this place now, trying Standard_D2s_v5 in another',
    ]);
    await driver.remove(resource, context);
    expect(world.standIn.left()).toEqual([]);
  });

  it('is of none of the sizes that this subscription cannot have', async () => {
    await using world = await azureStand();

    await made(world, { size: 'Standard_D64s_v5,Standard_D2s_v5', 'availability-zone': '3,1' });

    expect(world.standIn.body('microsoft.compute/virtualmachines')).toMatchObject({
      zones: ['1'],
      properties: { hardwareProfile: { vmSize: 'Standard_D2s_v5' } },
    });
    expect(world.standIn.calls.filter((call) => call === 'PUT virtualMachines')).toHaveLength(1);
  });

  it('is made anew when the one of an interrupted create has failed', async () => {
    await using world = await azureStand();
    world.standIn.soldOut.set('Standard_B2s', 'later');
    const context = contextOf(world);
    const options = { ...world.options, size: 'Standard_B2s' };
    world.standIn.intervene = ({ name }) => (name === 'DELETE virtualMachines' ? 'drop before' : undefined);
    const death = AbortSignal.timeout(300);
    await failureOf(
      driver.create(azureHost(options), { ...contextOf(world, death), keep: context.keep.bind(context) }),
    );
    world.standIn.intervene = () => undefined;
    world.standIn.soldOut.clear();

    const resource = await driver.create(azureHost(options), context, context.kept.at(-1) as AzureMachine);

    expect(await driver.state(resource, context)).toBe('running');
  });

  it('is taken up when the request that is sent again meets it', async () => {
    await using world = await azureStand();
    let puts = 0;
    world.standIn.intervene = ({ name }) => {
      if (name !== 'PUT virtualMachines') return undefined;
      puts += 1;
      return puts === 1 ? 'drop after' : refusal(409, 'Conflict', 'The machine is being made.');
    };

    const resource = await made(world);

    expect(puts).toBe(2);
    expect(await driver.state(resource, contextOf(world))).toBe('running');
  });

  it('is removed though Azure notices late that its parts are free', async () => {
    await using world = await azureStand();
    const resource = await made(world);
    const asked = new Set<string>();
    world.standIn.intervene = ({ name }) => {
      if (!name.startsWith('DELETE') || asked.has(name)) return undefined;
      asked.add(name);
      return refusal(409, 'OperationNotAllowed', 'It is in use.');
    };

    await driver.remove(resource, contextOf(world));

    expect(world.standIn.left()).toEqual([]);
    expect(asked.size).toBe(5);
  });

  it('says the end of its console, and asks for it without the token', async () => {
    await using world = await azureStand();
    const resource = await made(world);

    const tail = await driver.consoleTail?.(resource, contextOf(world));

    expect([tail?.length, tail?.slice(-8)]).toEqual([2000, '.\nlogin:']);
  });

  it('has nothing on its console when it is gone', async () => {
    await using world = await azureStand();
    const resource = await made(world);
    await driver.remove(resource, contextOf(world));

    expect(await driver.consoleTail?.(resource, contextOf(world))).toBe('');
  });

  it('has no address when it is gone', async () => {
    await using world = await azureStand();
    const resource = await made(world);
    await driver.remove(resource, contextOf(world));

    const failure = await failureOf(driver.target(resource, contextOf(world)));

    expect([failure.code, failure.message]).toEqual(['DriverFailed', 'machine "web-1" is gone']);
  });

  it('costs nothing when it is stopped, softly or not', async () => {
    await using world = await azureStand();
    const resource = await made(world);
    const before = world.standIn.calls.length;

    await driver.stop(resource, contextOf(world));
    await driver.start(resource, contextOf(world));
    await driver.kill(resource, contextOf(world));

    expect(world.standIn.calls.slice(before).filter((call) => call.startsWith('POST virtual'))).toEqual([
      'POST virtualMachines/deallocate',
      'POST virtualMachines/start',
      'POST virtualMachines/powerOff',
      'POST virtualMachines/deallocate',
    ]);
  });

  it.each([
    ['running', 'running'],
    ['starting', 'starting'],
    ['deallocating', 'stopping'],
    ['stopping', 'stopping'],
    ['stopped', 'stopped'],
    ['deallocated', 'stopped'],
    ['failed', 'error'],
    ['hibernating', 'unknown'],
  ])('that Azure calls %s is %s', async (power, state) => {
    await using world = await azureStand();
    const resource = await made(world);
    const vm = [...world.standIn.world.resources.values()].find(({ name }) => name === resource.vm);
    if (vm) vm.power = power;

    expect(await driver.state(resource, contextOf(world))).toBe(state);
  });

  it('sends the token nowhere else, whatever an answer names', async () => {
    await using world = await azureStand();
    const resource = await made(world);
    world.standIn.intervene = ({ name }) =>
      name === 'GET Microsoft.Compute/virtualMachines'
        ? { status: 200, body: { value: [], nextLink: 'http://127.0.0.1:9/more' } }
        : undefined;

    const failure = await failureOf(Promise.resolve(driver.states?.([resource], contextOf(world))));

    expect(failure.message).toBe('Azure: the provider refuses (ask for the states)');
    expect(String(failure.cause)).toMatch(/^Error: the answer leads to 127\.0\.0\.1:9, which is not 127\.0\.0\.1:\d+$/);
  });
});
