import type { Fault } from '../../src/cloud/fault.js';
import { array, object, text, type Found } from '../../src/cloud/found.js';
import type { MachineState } from '../../src/driver.js';
import { propertiesOf } from './client.js';
import { operationFault } from './faults.js';

/** learn.microsoft.com, "States and billing status of Azure Virtual Machines". */
const STATES: Readonly<Record<string, MachineState>> = {
  creating: 'starting',
  starting: 'starting',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  deallocating: 'stopping',
  deallocated: 'stopped',
};

/** By the instance view, which comes with $expand=instanceView or statusOnly=true. */
export function powerOf(vm: Found): MachineState {
  const codes = array(object(propertiesOf(vm)['instanceView'])['statuses']).map(({ code }) => text(code).toLowerCase());
  const provisioning = text(propertiesOf(vm)['provisioningState']).toLowerCase();
  if (provisioning === 'deleting' || codes.includes('provisioningstate/deleting')) return 'stopping';
  const power = codes.find((code) => code.startsWith('powerstate/'))?.split('/')[1];
  if (power !== undefined) return STATES[power] ?? 'unknown';
  if (isFailed(vm) || codes.some((code) => code.startsWith('provisioningstate/failed'))) return 'error';
  return 'starting';
}

export function isFailed(vm: Found): boolean {
  return text(propertiesOf(vm)['provisioningState']).toLowerCase() === 'failed';
}

/** What it failed for: "ProvisioningState/failed/AllocationFailed" among the statuses, with Azure's words. */
export function failureOf(vm: Found): Fault {
  const statuses = array(object(propertiesOf(vm)['instanceView'])['statuses']);
  const failed = statuses.find(({ code }) => /^ProvisioningState\/failed/i.test(text(code)));
  const code = text(failed?.['code']).split('/')[2] ?? 'ProvisioningFailed';
  return operationFault({ error: { code, message: text(failed?.['message']) || 'the machine could not be made' } });
}
