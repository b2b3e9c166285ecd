import { MachineError } from '../errors.js';

/** What `local` stands for, where it can be used. */
export const LOCAL_DRIVER = 'nspawn';

/** The driver that makes a machine on this computer. @throws MachineError NotSupported where none can */
export function localDriver(
  platform: NodeJS.Platform = process.platform,
  userId: number | undefined = process.getuid?.(),
): string {
  if (platform === 'linux' && userId === 0) return LOCAL_DRIVER;
  throw new MachineError('NotSupported', 'a machine on this computer needs Linux and root', {
    suggestions: [
      'Run berth as root (sudo) on a Linux computer',
      'berth create -d generic --generic-ip-address ADDRESS NAME',
    ],
  });
}
