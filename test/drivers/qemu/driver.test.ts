import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/qemu/driver.js';
import { suspend } from '../../../drivers/qemu/halt.js';
import { qemu, type QemuMachine } from '../../../drivers/qemu/index.js';
import { failureOf, told } from '../../helpers/failure.js';
import { driverContract, newHost } from '../contract.js';
import { OPTIONS, qemuStand, type Behaviour, type QemuStand } from './stand.js';

driverContract(qemu, qemuStand);

interface Made extends AsyncDisposable {
  readonly stand: QemuStand;
  readonly machine: QemuMachine;
  readonly context: never;
}

async function made(behaviour: Behaviour = {}, options: object = {}): Promise<Made> {
  const stand = await qemuStand(behaviour);
  const context = stand.context() as never;
  const host = { ...newHost({}), options: { ...OPTIONS, ...options } };
  const machine = await driver.create(host, context);
  return { stand, machine, context, [Symbol.asyncDispose]: () => stand[Symbol.asyncDispose]() };
}

describe('a machine of qemu', () => {
  it('runs on its own address, keys and name planted in files that nobody else reads', async () => {
    await using world = await made();
    const { machine, context } = world;
    const seed = (name: string): string => readFileSync(join(machine.folder, 'seed', name), 'utf8');

    const state = await driver.state(machine, context);
    const target = await driver.target(machine, context);

    expect(state).toBe('running');
    expect(target).toEqual({ host: machine.address, port: 2222, user: 'docker', enginePort: 2376 });
    expect(machine.address).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(seed('authorized_keys')).toBe('ssh-ed25519 AAAA test\n');
    expect(seed('ssh_host_ed25519_key')).toBe('PRIVATE KEY OF THE HOST');
    expect(seed('hostname')).toBe('web-1\n');
    expect(statSync(machine.folder).mode & 0o077).toBe(0);
    expect(statSync(join(machine.folder, 'seed/ssh_host_ed25519_key')).mode & 0o077).toBe(0);
  });

  it('names no secret on the command line', async () => {
    await using world = await made();

    const { boots } = world.stand.notes(world.machine);

    expect(boots.flat().filter((word) => word.includes('PRIVATE'))).toEqual([]);
  });

  it('stops by its power button, and starts again', async () => {
    await using world = await made();
    const { machine, context } = world;

    await driver.stop(machine, context);
    const stopped = await driver.state(machine, context);
    await driver.start(machine, context);

    expect(stopped).toBe('stopped');
    expect(await driver.state(machine, context)).toBe('running');
    expect(world.stand.notes(machine).boots).toHaveLength(2);
  });

  it('takes one that stands still already for stopped and for killed', async () => {
    await using world = await made();
    const { machine, context } = world;
    await driver.kill(machine, context);

    await driver.stop(machine, context);
    await driver.kill(machine, context);

    expect(await driver.state(machine, context)).toBe('stopped');
  });

  it('is killed though it does not hear its power button', async () => {
    await using world = await made({ ignoresButton: true });

    await driver.kill(world.machine, world.context);

    expect(await driver.state(world.machine, world.context)).toBe('stopped');
  });

  it('is suspended to its disk, and goes on from there', async () => {
    await using world = await made();
    const { machine, context, stand } = world;

    await suspend(machine, context);
    const suspended = await driver.state(machine, context);
    const { snapshots } = stand.notes(machine);
    await driver.start(machine, context);

    expect([suspended, snapshots]).toEqual(['saved', ['.suspended']]);
    expect(await driver.state(machine, context)).toBe('running');
    expect(stand.notes(machine).boots.at(-1)?.slice(-5)).toEqual([
      ...['-loadvm', '.suspended', '-pidfile', join(machine.folder, 'qemu.pid')],
      '-S',
    ]);
    expect(stand.notes(machine).snapshots).toEqual([]);
  });

  it('goes on running when its state cannot be saved', async () => {
    await using world = await made({ jobFails: 'No space left on device' });
    const { machine, context } = world;

    const failure = await failureOf(suspend(machine, context));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: "qemu's snapshot-save fails", exitCode: 3 });
    expect(failure.cause).toEqual(new Error('No space left on device'));
    expect(await driver.state(machine, context)).toBe('running');
  });

  it('cannot be stopped in order while it is suspended, and says what helps', async () => {
    await using world = await made();
    await suspend(world.machine, world.context);

    const failure = await failureOf(driver.stop(world.machine, world.context));

    expect(told(failure)).toEqual({ code: 'MachineNotRunning', message: 'machine "web-1" is suspended', exitCode: 2 });
    expect(failure.suggestions).toEqual(['berth start web-1', 'berth kill web-1']);
  });

  it('boots anew when it was killed while it was suspended', async () => {
    await using world = await made();
    const { machine, context, stand } = world;
    await suspend(machine, context);

    await driver.kill(machine, context);
    await driver.start(machine, context);

    expect(stand.notes(machine).boots.at(-1)).not.toContain('-loadvm');
  });

  it('leaves nothing when it is removed', async () => {
    await using world = await made();

    await driver.remove(world.machine, world.context);

    expect(await driver.state(world.machine, world.context)).toBe('gone');
    expect(existsSync(world.machine.folder)).toBe(false);
  });

  it('keeps the files of its OS when the image is removed', async () => {
    await using world = await made();

    const own = (name: string): string => readFileSync(join(world.machine.folder, 'os', OPTIONS.image, name), 'utf8');
    rmSync(join(world.stand.folder, '.cache'), { recursive: true });

    await driver.kill(world.machine, world.context);
    await driver.start(world.machine, world.context);

    expect(['kernel', 'initramfs', 'root.squashfs'].map(own)).toEqual([
      ...['the kernel', 'the initramfs', 'the root.squashfs'],
    ]);
  });

  it('says why qemu does not start, in its words', async () => {
    await using stand = await qemuStand({ refuses: "Could not set up host forwarding rule 'tcp:127.1.2.3:2222-:22'" });
    const host = { ...newHost({}), options: OPTIONS };

    const failure = await failureOf(driver.create(host, stand.context()));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'qemu does not start', exitCode: 3 });
    expect(failure.cause).toEqual(new Error("Could not set up host forwarding rule 'tcp:127.1.2.3:2222-:22'"));
  });

  it('says what the machine itself told of a boot that cannot be completed', async () => {
    await using stand = await qemuStand({ tells: ['berth failed no disk berth-data'] });
    const host = { ...newHost({}), options: OPTIONS };

    const failure = await failureOf(driver.create(host, stand.context()));

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'the machine cannot complete its boot',
      exitCode: 3,
    });
    expect(failure.cause).toEqual(new Error('no disk berth-data'));
  });

  it('has a console of which the end can be read', async () => {
    await using world = await made();

    expect(await driver.consoleTail?.(world.machine, world.context)).toBe('Linux version 6.1.0\n');
  });

  it.each(['/', '/etc', '/root/.local/share/berth/qemu', '/x/qemu/../../etc-01234567', 'qemu/dev-01234567'])(
    'never takes "%s" for the folder of a machine',
    async (folder) => {
      await using stand = await qemuStand();

      const failure = await failureOf(driver.remove({ folder } as QemuMachine, stand.context()));

      expect(told(failure)).toEqual({
        code: 'StoreCorrupt',
        message: `no machine can lie in ${JSON.stringify(folder)}`,
        exitCode: 2,
      });
    },
  );

  it('refuses to start without its disk', async () => {
    await using stand = await qemuStand();
    const gone = { folder: join(stand.folder, 'berth/qemu/dev-01234567'), hostname: 'dev' } as QemuMachine;

    const failure = await failureOf(driver.start(gone, stand.context()));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'the disk of dev is gone', exitCode: 3 });
  });
});
