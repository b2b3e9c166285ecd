import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWN_ACCELERATORS, PASSED, thisComputer, TRIAL_WITHIN_MS, trialRom, trialWords } from './accelerator.js';
import { qemuProgram } from './arguments.js';
import { findTool } from './run.js';

export interface Ability {
  /** How QEMU could run a machine on this computer. */
  readonly qemu: 'accelerated' | 'emulated' | 'absent';
  /** An image of the OS may be here. */
  readonly hasImage: boolean;
  /** One line for the user. */
  readonly why: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the choice of a driver for this computer goes by; takes a tenth of a second where there is an accelerator to try. */
export function qemuAbility(environment: Environment): Ability {
  const { platform, arch } = thisComputer();
  const hasImage = imagesOf(environment).length > 0;
  const program = programOf(qemuProgram(arch, platform), environment);
  if (program === undefined) return { qemu: 'absent', hasImage, why: 'QEMU is not installed' };
  const accel = OWN_ACCELERATORS[platform];
  if (accel === undefined || (accel === 'kvm' && !mayUse('/dev/kvm')))
    return { qemu: 'emulated', hasImage, why: `${accel ?? 'an accelerator'} cannot be used here` };
  if (arch === 'arm64') return { qemu: 'accelerated', hasImage, why: `${accel} is there` };
  return passes(program, accel)
    ? { qemu: 'accelerated', hasImage, why: `${accel} works` }
    : { qemu: 'emulated', hasImage, why: `${accel} does not work here` };
}

function passes(program: string, accel: Parameters<typeof trialWords>[0]): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'berth-trial-'));
  try {
    const rom = join(folder, 'rom');
    writeFileSync(rom, trialRom());
    const { status } = spawnSync(program, trialWords(accel, rom), { stdio: 'ignore', timeout: TRIAL_WITHIN_MS });
    return status === PASSED;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function programOf(name: string, environment: Environment): string | undefined {
  try {
    return findTool(name, environment);
  } catch {
    return undefined;
  }
}

function mayUse(device: string): boolean {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function imagesOf(environment: Environment): readonly string[] {
  const caches = environment['XDG_CACHE_HOME'] || join(environment['HOME'] ?? '', '.cache');
  return [join(caches, 'berth', 'os'), '/var/cache/berth/os'].flatMap((place) => {
    try {
      return readdirSync(place);
    } catch {
      return [];
    }
  });
}
