import { isDeepStrictEqual } from 'node:util';
import type { StandInAnswer } from '../server.js';
import { find, operation, parts, referred, Refused, usersOf, type Json, type Resource, type World } from './world.js';

const VM = 'microsoft.compute/virtualmachines';
const DISK = 'microsoft.compute/disks';
const NIC = 'microsoft.network/networkinterfaces';

/** What of a size there is none: told at once, or by the operation after it has begun. */
export type SoldOut = Map<string, 'at once' | 'later'>;

/** What Azure checks of a machine beyond its members. @throws Refused */
export function checkMachine(world: World, body: Json, existing: Resource | undefined): void {
  const wanted = body['properties'] as Json;
  const { hardwareProfile, storageProfile, osProfile, networkProfile } = wanted as Record<string, Json | undefined>;
  for (const [name, part] of Object.entries({ hardwareProfile, storageProfile, osProfile, networkProfile }))
    if (!part) throw new Refused(400, 'InvalidParameter', `Required parameter '${name}' is missing (null).`);
  const ssh = (osProfile?.['linuxConfiguration'] as Json | undefined)?.['ssh'] as { publicKeys?: Json[] } | undefined;
  const [key] = ssh?.publicKeys ?? [];
  if (key?.['path'] !== `/home/${String(osProfile?.['adminUsername'])}/.ssh/authorized_keys`)
    throw new Refused(400, 'InvalidParameter', 'Destination path for SSH public keys is currently limited.');
  if (Buffer.from(String(osProfile?.['customData']), 'base64').length > 65_535)
    throw new Refused(400, 'InvalidParameter', 'Custom data in OSProfile must be at most 65535 bytes.');
  for (const reference of (networkProfile?.['networkInterfaces'] ?? []) as unknown as Json[]) {
    const nic = referred(world, reference, NIC);
    const other = usersOf(world, nic.id, VM).find((one) => one !== existing);
    if (other)
      throw new Refused(400, 'NicInUse', `Network Interface ${nic.name} is used by existing resource ${other.name}.`);
  }
  checkPlacing(world, body, wanted);
  const before = existing && parts(existing)['osProfile'];
  if (before && !isDeepStrictEqual(before, osProfile))
    throw new Refused(409, 'PropertyChangeNotAllowed', "Changing property 'osProfile' is not allowed.");
}

function checkPlacing(world: World, { zones }: Json, { availabilitySet, priority, billingProfile }: Json): void {
  if (availabilitySet) {
    const set = referred(world, availabilitySet, 'microsoft.compute/availabilitysets');
    if ((set.body['sku'] as Json | undefined)?.['name'] !== 'Aligned')
      throw new Refused(
        409,
        'OperationNotAllowed',
        'Addition of a managed disk VM to non-managed Availability Set is not permitted.',
      );
    if (zones) throw new Refused(400, 'InvalidParameter', 'Availability sets and zones exclude each other.');
    if (priority === 'Spot')
      throw new Refused(400, 'BadRequest', 'Azure Spot Virtual Machine is not supported in Availability Set.');
  }
  if (billingProfile && priority !== 'Spot')
    throw new Refused(400, 'InvalidParameter', 'billingProfile is allowed for Spot machines alone.');
}

/** The machine comes up, with its disk; what it is refused for later is told by the operation. */
export function bootMachine(world: World, vm: Resource, soldOut: SoldOut): Record<string, string> {
  const { osDisk } = parts(vm)['storageProfile'] as Record<string, Json>;
  const name = String(osDisk?.['name']);
  const id = vm.id.replace(/\/virtualMachines\/[^/]+$/i, `/disks/${name}`);
  const size = String((parts(vm)['hardwareProfile'] as Json)['vmSize']);
  if (soldOut.get(size) === 'later') {
    vm.power = 'failed';
    return operation(world, () => ({
      status: 'Failed',
      error: { code: 'AllocationFailed', message: 'Allocation failed. We do not have sufficient capacity.' },
    }));
  }
  world.resources.set(id.toLowerCase(), {
    ...blank,
    id,
    name,
    type: DISK,
    body: { location: 'westus', properties: {} },
  });
  vm.power = 'creating';
  const { osProfile } = parts(vm) as Record<string, Json>;
  const ssh = (osProfile?.['linuxConfiguration'] as Record<string, { publicKeys: { keyData: string }[] }>)['ssh'];
  return follow(world, vm, 'running', () =>
    world.machinery?.boot({
      id: vm.id,
      name: String(osProfile?.['computerName']),
      userData: Buffer.from(String(osProfile?.['customData']), 'base64').toString(),
      loginKeys: (ssh?.publicKeys ?? []).map(({ keyData }) => keyData),
    }),
  );
}

export const blank = { hidden: 0, power: '', address: '' };

/** start, deallocate, powerOff … */
export function act(world: World, vm: Resource, action: string, query: URLSearchParams): StandInAnswer {
  if (action === 'retrievebootdiagnosticsdata')
    return { status: 200, body: { serialConsoleLogBlobUri: `${world.url}/console/${vm.name}?sig=sas` } };
  if (!['start', 'deallocate', 'poweroff'].includes(action))
    throw new Refused(404, 'InvalidResourceType', `The resource type could not be found: ${action}.`);
  return { status: 202, headers: begin(world, vm, action, query) };
}

function begin(world: World, vm: Resource, action: string, query: URLSearchParams): Record<string, string> {
  if (action === 'start') {
    const isDown = vm.power === 'stopped' || vm.power === 'deallocated';
    if (isDown) vm.power = 'starting';
    return follow(world, vm, 'running', () => (isDown ? world.machinery?.start(vm.id) : undefined));
  }
  const isUp = vm.power === 'running' || vm.power === 'creating' || vm.power === 'starting';
  const how = query.get('skipShutdown') === 'true' ? 'power cut' : 'shutdown';
  vm.power = action === 'deallocate' ? 'deallocating' : 'stopping';
  return follow(world, vm, action === 'deallocate' ? 'deallocated' : 'stopped', () =>
    isUp ? world.machinery?.stop(vm.id, how) : undefined,
  );
}

/** Moves the machine to a state: at the last look at the operation, or when the host behind it has got there. */
function follow(
  world: World,
  vm: Resource,
  power: string,
  work: () => Promise<string | void> | undefined,
): Record<string, string> {
  let failure: string | undefined;
  const going = work();
  const arrive = (): void => void (vm.power = power);
  void going?.then(
    (address) => {
      if (typeof address === 'string') vm.address = address;
      arrive();
    },
    (error: unknown) => void ((vm.power = 'failed'), (failure = String(error))),
  );
  return operation(world, () => {
    if (failure !== undefined) return { status: 'Failed', error: { code: 'VMStartTimedOut', message: failure } };
    if (!going) arrive();
    return { status: vm.power === power ? 'Succeeded' : 'InProgress' };
  });
}

/** @throws Refused while something is attached */
export function checkDelete(world: World, one: Resource): void {
  const holders: Readonly<Record<string, readonly [type: string, status: number, code: string]>> = {
    [NIC]: [VM, 400, 'NicInUse'],
    'microsoft.network/publicipaddresses': [NIC, 400, 'PublicIPAddressCannotBeDeleted'],
    'microsoft.network/networksecuritygroups': [NIC, 400, 'InUseNetworkSecurityGroupCannotBeDeleted'],
    'microsoft.compute/availabilitysets': [VM, 409, 'OperationNotAllowed'],
  };
  const [type, status, code] = holders[one.type] ?? [];
  const user = type ? usersOf(world, one.id, type)[0] : undefined;
  if (user && status && code) throw new Refused(status, code, `${one.name} is in use by ${user.name}.`);
  const isDisk = [...world.resources.values()].some((vm) => vm.type === VM && diskIdOf(vm) === one.id.toLowerCase());
  if (one.type === DISK && isDisk)
    throw new Refused(409, 'OperationNotAllowed', `Disk ${one.name} is attached to a VM.`);
}

export function diskIdOf(vm: Resource): string {
  const disk = (parts(vm)['storageProfile'] as Record<string, Json> | undefined)?.['osDisk'];
  return vm.id.replace(/\/virtualMachines\/[^/]+$/i, `/disks/${String(disk?.['name'])}`).toLowerCase();
}

/** What goes with a machine. */
export function deleteMachine(world: World, vm: Resource): void {
  if (find(world, diskIdOf(vm))) world.resources.delete(diskIdOf(vm));
  void world.machinery?.remove(vm.id);
}
