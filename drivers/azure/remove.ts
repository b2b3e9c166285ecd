import { array, object, text, type Found } from '../../src/cloud/found.js';
import type { DriverContext } from '../../src/driver.js';
import { connect, propertiesOf, type Arm, type At } from './client.js';
import type { AzureMachine } from './handle.js';
import { removeShared } from './network.js';
import { at, groupAt, vmAt, type Kind } from './places.js';
import { API } from './versions.js';

/** One after the other, as they hold each other; what is gone already is success. The resource group always stays. */
export async function remove(resource: AzureMachine, context: DriverContext<AzureMachine>): Promise<void> {
  const arm = connect(resource, context);
  const removeNamed = async (kind: Kind, name: string): Promise<void> => {
    if (name !== '') await arm.removeFreed(at(resource, kind, name));
  };
  const vm = isFormer(resource) ? await arm.find(vmAt(resource)) : undefined;
  await arm.removeFreed(vmAt(resource));
  await arm.removeFreed(diskOf(resource, vm));
  await removeVhd(resource, vm, arm);
  await arm.removeFreed(at(resource, 'nic', resource.nic));
  await Promise.all([
    ...[resource.publicIp, resource.publicIpv6 ?? ''].map((name) => removeNamed('publicIp', name)),
    removeNamed('nsg', resource.nsg),
  ]);
  await removeShared(resource, arm);
}

/** Made by docker-machine or Rancher's fork. */
function isFormer({ id }: AzureMachine): boolean {
  return id === '';
}

/** The name that the machine itself gives, where another program has chosen it. */
function diskOf(resource: AzureMachine, vm: Found | undefined): At {
  const named = text(osDiskOf(vm)['name']);
  const isManaged = osDiskOf(vm)['managedDisk'] !== undefined;
  return at(resource, 'disk', isManaged && named !== '' ? named : resource.disk);
}

function osDiskOf(vm: Found | undefined): Found {
  return object(object(propertiesOf(vm)['storageProfile'])['osDisk']);
}

/**
 * docker-machine kept a disk as a blob `vhd-<name>/<name>-os-disk.vhd` in an account `vhds…` that its machines share; the
 * account goes with the last of them.
 */
async function removeVhd(resource: AzureMachine, vm: Found | undefined, arm: Arm): Promise<void> {
  const uri = text(object(osDiskOf(vm)['vhd'])['uri']);
  const [, account, container] = /^https:\/\/([a-z0-9]+)\.blob\.[^/]+\/(vhd-[^/]+)\//.exec(uri) ?? [];
  if (account === undefined || container === undefined || container !== `vhd-${resource.vm}`.toLowerCase()) return;
  const store: At = {
    path: `${groupAt(resource).path}/providers/Microsoft.Storage/storageAccounts/${account}`,
    version: API.storage,
  };
  const containers = { ...store, path: `${store.path}/blobServices/default/containers` };
  await arm.remove({ ...containers, path: `${containers.path}/${container}` });
  if (!account.startsWith('vhds')) return;
  const rest = await arm.find(containers);
  if (rest && array(rest['value']).length === 0) await arm.remove(store);
}
