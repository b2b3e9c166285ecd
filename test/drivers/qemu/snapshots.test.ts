import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/qemu/driver.js';
import { resize, snapshots } from '../../../drivers/qemu/snapshots.js';
import { failureOf, told } from '../../helpers/failure.js';
import { newHost } from '../contract.js';
import { OPTIONS, qemuStand } from './stand.js';

describe('snapshots of a machine of qemu', () => {
  it('hold its memory while it runs, and it goes on running', async () => {
    await using stand = await qemuStand();
    const context = stand.context() as never;
    const machine = await driver.create({ ...newHost({}), options: OPTIONS }, context);

    await snapshots.make(machine, 'before', context);

    expect(stand.notes(machine).snapshots).toEqual(['before']);
    expect(await driver.state(machine, context)).toBe('running');
  });

  it('are made, restored and removed in the disk of one that stands still', async () => {
    await using stand = await qemuStand();
    const context = stand.context() as never;
    const machine = await driver.create({ ...newHost({}), options: OPTIONS }, context);
    await driver.kill(machine, context);

    await snapshots.make(machine, 'before', context);
    await snapshots.restore(machine, 'before', context);
    const kept = await snapshots.list(machine, context);
    await snapshots.remove(machine, 'before', context);

    expect(kept).toEqual([{ tag: 'before', madeAt: '2026-11-18T11:06:40.000Z', running: false }]);
    expect(await snapshots.list(machine, context)).toEqual([]);
    expect(await driver.state(machine, context)).toBe('stopped');
  });
});

describe('the size of a machine of qemu', () => {
  it('changes for its next boot, its disk never to less', async () => {
    await using stand = await qemuStand();
    const context = stand.context() as never;
    const machine = await driver.create({ ...newHost({}), options: OPTIONS }, context);
    await driver.kill(machine, context);

    const larger = await resize(machine, { memory: 2048, cpus: 4, disk: 3_000 }, context);
    const failure = await failureOf(resize(machine, { disk: 1_000 }, context));

    expect([larger.memory, larger.cpus]).toEqual([2048, 4]);
    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'a disk of 3000 MB cannot shrink to 1000 MB',
      exitCode: 2,
    });
  });
});
