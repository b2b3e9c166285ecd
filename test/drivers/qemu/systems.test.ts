import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/qemu/driver.js';
import type { QemuMachine } from '../../../drivers/qemu/index.js';
import { snapshots } from '../../../drivers/qemu/snapshots.js';
import { systems } from '../../../drivers/qemu/systems.js';
import { failureOf, told } from '../../helpers/failure.js';
import { newHost } from '../contract.js';
import { OPTIONS, placeImage, qemuStand, type QemuStand } from './stand.js';

const OLD = OPTIONS.image;
const NEW = 'debian12-amd64-fedcba9876';

interface Made extends AsyncDisposable {
  readonly stand: QemuStand;
  readonly machine: QemuMachine;
  readonly context: never;
}

/** A machine that stands still, and a newer image. */
async function made(): Promise<Made> {
  const stand = await qemuStand();
  const context = stand.context() as never;
  const machine = await driver.create({ ...newHost({}), options: OPTIONS }, context);
  await driver.kill(machine, context);
  placeImage(stand.folder, NEW, 'the new kernel');
  return { stand, machine, context, [Symbol.asyncDispose]: () => stand[Symbol.asyncDispose]() };
}

/** The image whose kernel a machine was booted with last. */
function booted({ stand, machine }: Made): string | undefined {
  const words = stand.notes(machine).boots.at(-1) ?? [];
  return words[words.indexOf('-kernel') + 1]?.split('/').at(-2);
}

describe('the OS of a machine of qemu', () => {
  it('is put beside the one it has, which is booted as before', async () => {
    await using world = await made();

    const change = await systems.place(world.machine, undefined, world.context);
    await driver.start(world.machine, world.context);

    expect(change).toEqual({ from: OLD, to: NEW });
    expect(readdirSync(join(world.machine.folder, 'os')).sort()).toEqual([OLD, NEW]);
    expect(booted(world)).toBe(OLD);
  });

  it('is tried once: the next start takes the one before', async () => {
    await using world = await made();
    const { machine, context } = world;
    await systems.place(machine, NEW, context);

    await systems.try(machine, NEW, context);
    const tried = booted(world);
    await driver.kill(machine, context);
    await driver.start(machine, context);

    expect([tried, booted(world)]).toEqual([NEW, OLD]);
  });

  it('stays when it is kept, and reboots of the machine no longer end it', async () => {
    await using world = await made();
    const { machine, context, stand } = world;
    await systems.place(machine, NEW, context);
    await systems.try(machine, NEW, context);

    await systems.keep(machine, NEW, context);
    await driver.kill(machine, context);
    await driver.start(machine, context);

    expect(booted(world)).toBe(NEW);
    expect(stand.notes(machine)).toMatchObject({ actions: { reboot: 'reset' } });
  });

  it('goes back to the one before by its name, though its image is gone from this computer', async () => {
    await using world = await made();
    const { machine, context } = world;
    await systems.place(machine, NEW, context);
    await systems.try(machine, NEW, context);
    await systems.keep(machine, NEW, context);
    rmSync(join(world.stand.folder, '.cache'), { recursive: true });

    const change = await systems.place(machine, OLD, context);

    expect(change).toEqual({ from: NEW, to: OLD });
  });

  it('leaves room: only the one before stays beside it', async () => {
    await using world = await made();
    const { machine, context, stand } = world;
    placeImage(stand.folder, 'debian12-amd64-aaaaaaaaaa');
    for (const image of [NEW, 'debian12-amd64-aaaaaaaaaa']) {
      await systems.place(machine, image, context);
      await systems.keep(machine, image, context);
    }

    expect(readdirSync(join(machine.folder, 'os')).sort()).toEqual(['debian12-amd64-aaaaaaaaaa', NEW]);
  });

  it('that gives up ends the trial at once', async () => {
    await using world = await made();
    const { machine, context, stand } = world;
    placeImage(stand.folder, 'debian12-amd64-bbbbbbbbbb', 'a broken kernel');
    await systems.place(machine, 'debian12-amd64-bbbbbbbbbb', context);

    const failure = await failureOf(systems.try(machine, 'debian12-amd64-bbbbbbbbbb', context));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'the machine does not boot', exitCode: 3 });
    expect(await driver.state(machine, context)).toBe('stopped');
  });

  it('is taken of images alone that are what their manifests say', async () => {
    await using world = await made();
    appendFileSync(join(world.stand.folder, '.cache/berth/os', NEW, 'initramfs'), '.');

    const failure = await failureOf(systems.place(world.machine, NEW, world.context));

    expect(told(failure)).toEqual({
      code: 'CheckFailed',
      message: `image "${NEW}" is not whole: its initramfs was changed`,
      exitCode: 3,
    });
    expect(readdirSync(join(world.machine.folder, 'os'))).toEqual([OLD]);
  });

  it('is not changed under memory that was saved of it', async () => {
    await using world = await made();
    const { machine, context } = world;
    const disk = join(machine.folder, 'disk.qcow2');
    await snapshots.make(machine, 'before', context);
    writeFileSync(disk, readFileSync(disk, 'utf8').replace('"vm-state-size":0', '"vm-state-size":1000'));

    const failure = await failureOf(systems.place(machine, NEW, context));

    expect(told(failure)).toEqual({
      code: 'BadUsage',
      message: 'snapshot "before" holds memory, which fits the OS alone that it has now',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['berth snapshot rm web-1 before']);
  });
});
