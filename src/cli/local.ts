import { qemuAbility, type Ability } from '../../drivers/ability.js';
import { isMachineError, MachineError } from '../errors.js';

/** Whose options help shows for `local`: which of them it takes depends on the computer. */
export const LOCAL_DRIVERS: readonly string[] = ['qemu', 'nspawn'];
export const LOCAL_TITLE = 'the one that makes a machine on this computer';

export interface LocalChoice {
  readonly driver: 'qemu' | 'nspawn';
  /** One line for the user. */
  readonly why: string;
}

export interface LocalComputer {
  readonly platform: NodeJS.Platform;
  readonly userId: number | undefined;
  readonly ability: () => Ability;
}

/**
 * The driver that makes a machine on this computer: qemu where the computer accelerates it and an image of its OS is here,
 * nspawn for root on Linux otherwise, qemu without that.
 * @throws MachineError NotSupported where none can
 */
export function localDriver(computer: LocalComputer = thisComputer()): LocalChoice {
  const { qemu, hasImage, why } = computer.ability();
  if (qemu === 'accelerated' && hasImage) return { driver: 'qemu', why };
  if (computer.platform === 'linux' && computer.userId === 0)
    return { driver: 'nspawn', why: qemu === 'accelerated' ? 'qemu has no image yet: berth os build' : why };
  if (qemu !== 'absent') return { driver: 'qemu', why: 'another driver would need root on Linux' };
  throw new MachineError('NotSupported', 'a machine on this computer needs QEMU, or root on Linux', {
    suggestions: [
      'Install QEMU',
      'Run berth as root (sudo) on a Linux computer',
      'berth create -d generic --generic-ip-address ADDRESS NAME',
    ],
  });
}

/** The name of `localDriver`; undefined where none can make a machine. */
export function usableLocalDriver(computer: LocalComputer = thisComputer()): string | undefined {
  try {
    return localDriver(computer).driver;
  } catch (error) {
    if (isMachineError(error, 'NotSupported')) return undefined;
    throw error;
  }
}

/** Drivers without those of this computer that do not work on it. */
export function usableDrivers<T extends { readonly name: string }>(
  drivers: readonly T[],
  computer: LocalComputer = thisComputer(),
): readonly T[] {
  const isRoot = computer.platform === 'linux' && computer.userId === 0;
  const unusable = [...(isRoot ? [] : ['nspawn']), ...(computer.ability().qemu === 'absent' ? ['qemu'] : [])];
  return drivers.filter(({ name }) => !unusable.includes(name));
}

function thisComputer(): LocalComputer {
  return { platform: process.platform, userId: process.getuid?.(), ability: () => qemuAbility(process.env) };
}
