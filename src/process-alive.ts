import { systemCode } from './errors.js';

/** Whether there is a process of this number on this computer, whoever's it is. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's, which we may not signal.
    return systemCode(error) === 'EPERM';
  }
}
