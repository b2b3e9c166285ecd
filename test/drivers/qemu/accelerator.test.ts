import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { chooseAccelerator, type Computer } from '../../../drivers/qemu/accelerator.js';
import { failureOf, told } from '../../helpers/failure.js';
import { testFolder } from '../../helpers/folder.js';

const signal = new AbortController().signal;
const linux: Computer = { platform: 'linux', arch: 'amd64' };

/** A program in QEMU's place that says this and ends with this code. */
function programIn(folder: string, exitCode: number, words = ''): string {
  const path = join(folder, 'qemu-system-x86_64');
  writeFileSync(path, `#!/bin/sh\necho '${words}' >&2\nexit ${exitCode}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('the accelerator', () => {
  it.each([
    ['linux', 'amd64', 33, 'kvm'],
    ['darwin', 'amd64', 33, 'hvf'],
    ['win32', 'amd64', 33, 'whpx'],
    ['linux', 'arm64', 0, 'kvm'],
    ['darwin', 'arm64', 0, 'hvf'],
  ] as const)('is that of %s on %s where a trial on it ends with %i: %s', async (platform, arch, code, accel) => {
    using folder = testFolder();
    const program = programIn(folder.path, code);

    const choice = await chooseAccelerator('auto', { program, arch, computer: { platform, arch }, signal });

    expect(choice).toEqual({ accel });
  });

  it.each([
    ['failed to set MSR 0x10a to 0x69', 'kvm does not work on this computer'],
    ['Could not access KVM kernel module: Permission denied', 'you may not open /dev/kvm (join the group kvm)'],
  ])('is none where the trial ends with "%s", and says why', async (words, why) => {
    using folder = testFolder();
    const program = programIn(folder.path, 1, words);

    const choice = await chooseAccelerator('auto', { program, arch: 'amd64', computer: linux, signal });

    expect(choice).toEqual({ accel: 'tcg', why });
  });

  it.each([
    ['amd64', 'arm64', 'this computer is amd64, the machine arm64'],
    ['arm64', 'amd64', 'this computer is arm64, the machine amd64'],
  ] as const)('is none for another processor: %s for %s', async (own, arch, why) => {
    const trial = { program: '/nowhere', arch, computer: { platform: 'linux', arch: own }, signal } as const;

    expect(await chooseAccelerator('auto', trial)).toEqual({ accel: 'tcg', why });
  });

  it('is none on systems that QEMU has none for', async () => {
    const computer = { platform: 'sunos', arch: 'amd64' } as const;

    const choice = await chooseAccelerator('auto', { program: '/nowhere', arch: 'amd64', computer, signal });

    expect(choice).toEqual({ accel: 'tcg', why: 'QEMU knows no accelerator of this system' });
  });

  it('is not tried where emulation is asked for', async () => {
    const trial = { program: '/nowhere', arch: 'amd64', computer: linux, signal } as const;

    expect(await chooseAccelerator('tcg', trial)).toEqual({ accel: 'tcg' });
  });

  it('is refused where the one asked for does not work, in the words of QEMU', async () => {
    using folder = testFolder();
    const program = programIn(folder.path, 1, 'failed to set MSR 0x10a to 0x69');

    const failure = await failureOf(chooseAccelerator('kvm', { program, arch: 'amd64', computer: linux, signal }));

    expect(told(failure)).toEqual({
      code: 'CheckFailed',
      message: 'the accelerator "kvm" does not work on this computer',
      exitCode: 3,
    });
    expect(failure.cause).toEqual(new Error('failed to set MSR 0x10a to 0x69'));
  });
});
