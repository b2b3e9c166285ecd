import { parts, usersOf, type Json, type Resource, type World } from './world.js';

const VM = 'microsoft.compute/virtualmachines';
const NIC = 'microsoft.network/networkinterfaces';

/** A resource as Azure answers with it: what it has computed is in it. */
export function view(world: World, one: Resource, withInstance = false): Json {
  const kinds: Readonly<Record<string, () => Json>> = {
    [VM]: () => machineView(one, withInstance && !world.machinery),
    [NIC]: () => interfaceView(one),
    'microsoft.network/publicipaddresses': () => addressView(world, one),
    'microsoft.network/virtualnetworks': () => ({ subnets: subnetsOf(world, one) }),
    'microsoft.compute/availabilitysets': () => ({
      virtualMachines: usersOf(world, one.id, VM).map(({ id }) => ({ id: id.toUpperCase() })),
    }),
  };
  const more = kinds[one.type]?.() ?? {};
  const { instanceView, ...properties } = { provisioningState: 'Succeeded', ...parts(one), ...more } as Json;
  return {
    ...one.body,
    id: one.id,
    name: one.name,
    type: one.type,
    properties: { ...properties, ...(withInstance ? { instanceView } : {}) },
  };
}

/** Each look at a machine without a host behind it lets it come on. */
const NEXT: Readonly<Record<string, string>> = {
  creating: 'starting',
  starting: 'running',
  deallocating: 'deallocated',
  stopping: 'stopped',
};

function machineView(vm: Resource, moves: boolean): Json {
  const { power } = vm;
  if (moves) vm.power = NEXT[power] ?? power;
  const provisioning = power === 'failed' ? 'Failed' : power === 'creating' ? 'Creating' : 'Succeeded';
  const codes =
    power === 'failed'
      ? ['ProvisioningState/failed/AllocationFailed']
      : [`ProvisioningState/${provisioning.toLowerCase()}`, ...(power === 'creating' ? [] : [`PowerState/${power}`])];
  const { osProfile, ...rest } = parts(vm) as Record<string, Json>;
  const { customData: _secret, ...shown } = osProfile ?? {};
  return {
    ...rest,
    osProfile: shown,
    provisioningState: provisioning,
    instanceView: {
      statuses: codes.map((code) => ({ code, level: 'Info', displayStatus: code, message: 'as it is' })),
    },
  };
}

function interfaceView(nic: Resource): Json {
  const configurations = (parts(nic)['ipConfigurations'] ?? []) as Json[];
  return {
    ipConfigurations: configurations.map((one) => {
      const own = one['properties'] as Json;
      const isV6 = own['privateIPAddressVersion'] === 'IPv6';
      const privateIPAddress = isV6 ? `fd00::${numberOf(nic)}` : `192.168.0.${numberOf(nic)}`;
      return { ...one, properties: { privateIPAddress, ...own } };
    }),
  };
}

function addressView(world: World, ip: Resource): Json {
  const [nic] = usersOf(world, ip.id, NIC);
  const [vm] = nic ? usersOf(world, nic.id, VM) : [];
  const label = (parts(ip)['dnsSettings'] as Json | undefined)?.['domainNameLabel'];
  const own =
    parts(ip)['publicIPAddressVersion'] === 'IPv6' ? `2001:db8::${numberOf(ip)}` : `203.0.113.${numberOf(ip)}`;
  const ipAddress = world.machinery ? vm?.address : own;
  return {
    ...(ipAddress ? { ipAddress } : {}),
    ...(typeof label === 'string'
      ? { dnsSettings: { domainNameLabel: label, fqdn: `${label}.westus.cloudapp.azure.com` } }
      : {}),
  };
}

function subnetsOf(world: World, vnet: Resource): Json[] {
  return ((parts(vnet)['subnets'] ?? []) as Json[]).map((subnet) => {
    const id = `${vnet.id}/subnets/${String(subnet['name'])}`;
    const users = usersOf(world, id, NIC).map((nic) => ({ id: `${nic.id}/ipConfigurations/ip` }));
    return {
      ...subnet,
      id,
      properties: { ...(subnet['properties'] as Json), ...(users.length > 0 ? { ipConfigurations: users } : {}) },
    };
  });
}

function numberOf({ name }: Resource): number {
  return ([...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 250) + 2;
}
