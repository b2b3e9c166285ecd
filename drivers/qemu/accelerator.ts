import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MachineError } from '../../src/errors.js';
import { acceleratorWords } from './arguments.js';
import type { Accelerator, Architecture, QemuOptions } from './index.js';
import { ended } from './run.js';

export interface Computer {
  readonly platform: NodeJS.Platform;
  readonly arch: Architecture;
}

export interface Trial {
  /** QEMU for the machine's processor: a path. */
  readonly program: string;
  readonly arch: Architecture;
  readonly computer: Computer;
  readonly signal: AbortSignal;
}

export interface Choice {
  readonly accel: Accelerator;
  /** Why nothing faster: one line for the user, or undefined. */
  readonly why?: string;
}

export function thisComputer(): Computer {
  return { platform: process.platform, arch: process.arch === 'arm64' ? 'arm64' : 'amd64' };
}

/**
 * What will run the machine's processor. That a computer has an accelerator says little: inside other virtual machines its
 * device is often there and cannot run a processor, so a tiny program is run on it.
 * @throws MachineError CheckFailed where the one asked for does not work
 */
export async function chooseAccelerator(wish: QemuOptions['accel'], trial: Trial): Promise<Choice> {
  if (wish === 'tcg') return { accel: wish };
  const own = OWN_ACCELERATORS[trial.computer.platform];
  const accel = wish === 'auto' ? own : wish;
  if (accel === undefined) return { accel: 'tcg', why: 'QEMU knows no accelerator of this system' };
  const refusal = await refusalOf(accel, trial);
  if (refusal === undefined) return { accel };
  if (wish === 'auto') return { accel: 'tcg', why: refusal.short };
  throw new MachineError('CheckFailed', `the accelerator "${wish}" does not work on this computer`, {
    suggestions: ['Leave out --qemu-accel'],
    cause: new Error(refusal.words),
  });
}

export const OWN_ACCELERATORS: Readonly<Partial<Record<NodeJS.Platform, Accelerator>>> = {
  linux: 'kvm',
  darwin: 'hvf',
  win32: 'whpx',
};

interface Refusal {
  readonly short: string;
  /** QEMU's own. */
  readonly words: string;
}

async function refusalOf(accel: Accelerator, trial: Trial): Promise<Refusal | undefined> {
  const { arch, computer } = trial;
  if (arch !== computer.arch) {
    const short = `this computer is ${computer.arch}, the machine ${arch}`;
    return { short, words: short };
  }
  const { passed, words } = await (arch === 'amd64' ? runProgram(accel, trial) : initialise(accel, trial));
  if (passed) return undefined;
  const permission = /permission denied/i.test(words) && accel === 'kvm';
  return {
    short: permission ? 'you may not open /dev/kvm (join the group kvm)' : `${accel} does not work on this computer`,
    words: words.trim(),
  };
}

/** One that works needs a tenth of a second. In milliseconds. */
export const TRIAL_WITHIN_MS = 5_000;
/** What the device isa-debug-exit makes of the value 0x10: twice the value and one. */
export const PASSED = 0x21;

/** A processor that comes out of reset runs our own few bytes. */
async function runProgram(accel: Accelerator, trial: Trial): Promise<{ passed: boolean; words: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-trial-'));
  try {
    const rom = join(folder, 'rom');
    await writeFile(rom, trialRom());
    const { status, words: said } = await ended(trial.program, trialWords(accel, rom), {
      signal: trial.signal,
      withinMs: TRIAL_WITHIN_MS,
    });
    return { passed: status === PASSED, words: said };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** QEMU's command line for the trial on a processor of amd64. */
export function trialWords(accel: Accelerator, rom: string): readonly string[] {
  const words = [...BARE, '-machine', 'q35', ...acceleratorWords('amd64', accel), '-m', '16', '-bios', rom];
  return [...words, '-device', 'isa-debug-exit,iobase=0xf4,iosize=4'];
}

const BARE = ['-nodefaults', '-no-user-config', '-display', 'none'];

/** 64 KiB of `hlt`, but at the reset vector, 16 bytes before the end: mov al, 0x10; out 0xf4, al. */
export function trialRom(): Buffer {
  const rom = Buffer.alloc(65_536, 0xf4);
  rom.set([0xb0, 0x10, 0xe6, 0xf4], 65_536 - 16);
  return rom;
}

/** No device ends QEMU for a program there: that the accelerator lets itself be set up has to do. */
async function initialise(accel: Accelerator, trial: Trial): Promise<{ passed: boolean; words: string }> {
  const words = [...BARE, '-machine', 'virt', ...acceleratorWords('arm64', accel), '-m', '64', '-S', '-qmp', 'stdio'];
  const input = '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n';
  const { status, words: said } = await ended(trial.program, words, {
    signal: trial.signal,
    input,
    withinMs: TRIAL_WITHIN_MS,
  });
  return { passed: status === 0, words: said };
}
