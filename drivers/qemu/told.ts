import { MachineError } from '../../src/errors.js';
import { READY_FAILED, READY_SSHD } from '../../src/os/contract.js';

/** Whether the machine has told that its sshd listens. */
export function isReady(told: readonly string[]): boolean {
  return told.includes(READY_SSHD);
}

/** Why the machine cannot complete its boot, in its own words; undefined as long as it tells of no trouble. */
export function failureTold(told: readonly string[]): string | undefined {
  const line = told.find((one) => one.startsWith(READY_FAILED));
  return line === undefined ? undefined : line.slice(READY_FAILED.length).trim() || 'no reason given';
}

/** The address that a machine in a network of this computer has been given there. @throws MachineError DriverFailed */
export function addressTold(told: readonly string[]): string {
  const address = told.map((line) => /^berth address (\S+)$/.exec(line)?.[1]).findLast((one) => one !== undefined);
  if (address !== undefined) return address;
  throw new MachineError('DriverFailed', 'the machine has told no address in its network');
}
