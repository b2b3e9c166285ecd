import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HostFile } from '../../src/host/host.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { endFiles, expiredMachines, tryEnd } from '../../src/lifecycle/end.js';
import type { Program } from '../../src/lifecycle/program.js';
import { surveyMachines } from '../../src/lifecycle/status.js';
import { parseName } from '../../src/name.js';
import { MachineError } from '../../src/errors.js';
import { isExpired } from '../../src/lifecycle/time-left.js';
import type { Machine, MachineEnd } from '../../src/record.js';
import { sandbox, type Sandbox } from '../provision/support/sandbox.js';
import { textOf } from '../provision/support/golden.js';
import { testWorld, type World } from './support/world.js';

/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

const CREATED = '2026-11-21T10:00:00.000Z';
const machineWith = (world: World, end: MachineEnd, more: Partial<Machine> = {}): Machine => ({
  ...world.wish('web-1').machine,
  ...{ createdAt: CREATED, enginePort: 2376, end, ...more },
});

let world: World;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

describe('the time of a machine', () => {
  it.each([
    ['2026-11-21T17:59:59.000Z', false],
    ['2026-11-21T18:00:00.000Z', true],
  ])('of 8 hours is over at %s: %s', (now, isOver) => {
    expect(isExpired(machineWith(world, { ttlSeconds: 28_800 }), new Date(now))).toBe(isOver);
  });

  it('is never over without a limit, or where nobody knows when it was made', () => {
    const now = new Date('2030-01-01');

    expect(isExpired(machineWith(world, { idleSeconds: 60 }), now)).toBe(false);
    expect(isExpired(machineWith(world, { ttlSeconds: 60 }, { createdAt: '' }), now)).toBe(false);
  });
});

describe('machines whose time is over', () => {
  it('are found by their records', async () => {
    const now = new Date('2026-11-22T00:00:00.000Z');
    await world.program.store.write(machineWith(world, { ttlSeconds: 3_600 }));
    await world.program.store.write(machineWith(world, { ttlSeconds: 360_000 }, { name: parseName('web-2') }));

    expect(await expiredMachines({ ...world.program, now: () => now })).toEqual(['web-1']);
  });

  it('are told by ls', async () => {
    await createMachine(world.wish('web-1'), world.spec, world.program);
    const machine = {
      ...(await world.program.store.read(parseName('web-1'))),
      createdAt: CREATED,
      end: { ttlSeconds: 60 },
    };
    await world.program.store.write(machine);

    const [survey] = await surveyMachines([{ name: machine.name, machine }], { timeoutMs: 10_000 }, world.program);

    expect(survey?.error).toBe('its time is over; berth rm web-1');
  });
});

describe('a machine with an end', () => {
  const delivering = (deliver: (files: readonly HostFile[]) => Promise<string>): Program => ({
    ...world.program,
    connect: async (request) => ({
      ...(await world.program.connect(request)),
      deliver: async (files) => ({ stdout: await deliver(await files), stderr: '' }),
      [Symbol.asyncDispose]: async () => {},
    }),
  });
  const create = async (program: Program): Promise<Machine> => {
    const request = world.wish('web-1');
    return createMachine(
      { ...request, machine: { ...request.machine, end: { idleSeconds: 7200 } } },
      world.spec,
      program,
    );
  };

  it('gets its timer when it is made', async () => {
    const delivered: string[] = [];

    await create(
      delivering(async (files) => {
        delivered.push(...files.map(({ path }) => path));
        return '';
      }),
    );

    expect(delivered).toEqual(['end.sh', 'install.sh', 'berth-end.service', 'berth-end.timer']);
  });

  it.each([
    [async () => 'no systemd\n', 'warn: the host of web-1 has no systemd: it does not power itself off'],
    [
      () => Promise.reject(new MachineError('CommandFailed', 'no space')),
      'warn: web-1 does not power itself off: no space',
    ],
  ])('is a machine also where the timer cannot be, and the user told', async (deliver, line) => {
    const machine = await create(delivering(deliver));

    expect(machine.phase).toBe('ready');
    expect(world.lines).toContain(line);
  });

  it('is told apart where its provider charges for servers that are off', async () => {
    const machine = machineWith(world, { idleSeconds: 60 }, { driver: 'hetzner', address: '127.0.0.1' });
    const program = { ...delivering(async () => ''), findDriver: () => world.spec };

    await tryEnd(machine, program);

    expect(world.lines).toContain('warn: hetzner charges for a server that is off too: only berth rm web-1 ends that');
  });
});

describe('the script that looks every minute', () => {
  const NOW = 1_800_000_000;
  const rooted = (end: MachineEnd): { box: Sandbox; script: string } => {
    const box = sandbox();
    box.fake('date', `echo ${NOW}`);
    box.fake('docker');
    box.fake('systemctl');
    box.fake('logger');
    box.file('/proc/net/tcp', '  sl  local_address rem_address   st\n');
    box.run('mkdir -p "$SANDBOX/run"');
    const [file] = endFiles(machineWith(world, end));
    return { box, script: file ? textOf(file) : '' };
  };
  const isOff = (box: Sandbox): boolean => box.calls('systemctl').length > 0;
  const usedBefore = (box: Sandbox, seconds: number): void => box.file('/run/berth-used', `${NOW - seconds}\n`);
  const IDLE = { idleSeconds: 600 };

  it('begins to count at the first look', () => {
    const { box, script } = rooted(IDLE);

    box.run(script);

    expect([isOff(box), box.read('/run/berth-used')]).toEqual([false, `${NOW}\n`]);
    box[Symbol.dispose]();
  });

  it.each([
    [599, false],
    [600, true],
  ])('powers it off after ten minutes without use, and not before: %d s, %s', (seconds, off) => {
    const { box, script } = rooted(IDLE);
    usedBefore(box, seconds);

    box.run(script);

    expect(isOff(box)).toBe(off);
    box[Symbol.dispose]();
  });

  it('counts anew while a container runs', () => {
    const { box, script } = rooted(IDLE);
    usedBefore(box, 9_000);
    box.fake('docker', 'echo 0123abcd');

    box.run(script);

    expect([isOff(box), box.read('/run/berth-used')]).toEqual([false, `${NOW}\n`]);
    box[Symbol.dispose]();
  });

  it.each([
    ['to sshd', '0100007F:0016 0200007F:C001 01', false],
    ['to the engine', '0100007F:0948 0200007F:C001 01', false],
    ['to something else', '0100007F:0050 0200007F:C001 01', true],
    ['to sshd that is over', '0100007F:0016 0200007F:C001 06', true],
    ['from here to another sshd', '0100007F:C001 0200007F:0016 01', true],
  ])('sees a connection %s', (_what, line, off) => {
    const { box, script } = rooted(IDLE);
    usedBefore(box, 9_000);
    box.file('/proc/net/tcp', `  sl  local_address rem_address   st\n   0: ${line} 00000000:00000000\n`);

    box.run(script);

    expect(isOff(box)).toBe(off);
    box[Symbol.dispose]();
  });

  it('powers it off when its time is over, whoever uses it', () => {
    const { box, script } = rooted({ ttlSeconds: 60 });
    box.fake('docker', 'echo 0123abcd');

    box.run(script);

    expect(isOff(box)).toBe(true);
    box[Symbol.dispose]();
  });
});
