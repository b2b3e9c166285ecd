import { describe, expect, it } from '@jest/globals';
import { azure } from '../../../drivers/azure/index.js';
import { parseTags } from '../../../drivers/azure/stored.js';
import { DEFAULTS } from './support.js';

/** As docker-machine 0.16.2 writes it (drivers/azure/azure.go, struct Driver). */
const DOCKER_MACHINE = {
  IPAddress: '',
  MachineName: 'web-1',
  SSHUser: 'docker-user',
  SSHPort: 22,
  SSHKeyPath: '/home/me/.docker/machine/machines/web-1/id_rsa',
  StorePath: '/home/me/.docker/machine',
  SwarmMaster: false,
  SwarmHost: 'tcp://0.0.0.0:3376',
  SwarmDiscovery: '',
  ClientID: '99999999-8888-7777-6666-555555555555',
  ClientSecret: 'secret',
  Environment: 'AzurePublicCloud',
  SubscriptionID: '11111111-2222-3333-4444-555555555555',
  ResourceGroup: 'docker-machine',
  DockerPort: 2376,
  Location: 'westeurope',
  Size: 'Standard_A2',
  Image: 'canonical:UbuntuServer:16.04.0-LTS:latest',
  VirtualNetwork: 'net:docker-machine-vnet',
  SubnetName: 'docker-machine',
  SubnetPrefix: '192.168.0.0/16',
  AvailabilitySet: 'docker-machine',
  StorageType: 'Standard_LRS',
  OpenPorts: ['80'],
  PrivateIPAddr: '',
  UsePrivateIP: false,
  NoPublicIP: false,
  DNSLabel: '',
  StaticPublicIP: false,
  CustomDataFile: '',
};

describe('the record of a machine of Azure', () => {
  it("is docker-machine's, with all names in the handle", () => {
    const { options, resource } = azure.fromStored(DOCKER_MACHINE);

    expect(resource).toEqual({
      endpoint: 'https://management.azure.com',
      authority: 'https://login.microsoftonline.com',
      audience: 'https://management.azure.com',
      subscription: '11111111-2222-3333-4444-555555555555',
      tenant: '',
      clientId: '99999999-8888-7777-6666-555555555555',
      certificatePath: '',
      name: 'web-1',
      id: '',
      store: '',
      location: 'westeurope',
      group: 'docker-machine',
      vm: 'web-1',
      disk: 'web-1-os-disk',
      nic: 'web-1-nic',
      publicIp: 'web-1-ip',
      nsg: 'web-1-firewall',
      network: { group: 'net', vnet: 'docker-machine-vnet', subnet: 'docker-machine', ownsSubnet: false },
      availabilitySet: 'docker-machine',
      user: 'docker-user',
      reach: 'public',
    });
    expect(options).toMatchObject({ location: 'westeurope', 'open-port': ['80'], 'ssh-user': 'docker-user' });
    expect(JSON.stringify([options, resource])).not.toContain('"secret"');
    expect(azure.storedSecrets?.(DOCKER_MACHINE)).toEqual({ 'client-secret': 'secret' });
    expect(azure.storedSecrets?.({ ...DOCKER_MACHINE, ClientSecret: '' })).toEqual({});
  });

  it('keeps the fields of docker-machine as they were', () => {
    const { options, resource } = azure.fromStored(DOCKER_MACHINE);

    const stored = azure.toStored(options as never, resource);

    const { ClientSecret: _secret, ...own } = DOCKER_MACHINE;
    const names = Object.keys(own).filter((name) => name in stored);
    expect(
      names.filter((name) => JSON.stringify(stored[name]) !== JSON.stringify(own[name as keyof typeof own])),
    ).toEqual([]);
    expect(names).toHaveLength(20);
  });

  it("is Rancher's, with its tags, zone and security group", () => {
    const { options, resource } = azure.fromStored({
      ...DOCKER_MACHINE,
      ...{ NSG: 'ours', Plan: 'a:b:c', ManagedDisks: true, FaultCount: 3, UpdateCount: 5, DiskSize: 64 },
      ...{ TenantID: 'tenant', Tags: { team: 'web', env: 'test' }, AvailabilityZone: '2', AcceleratedNetworking: true },
    });

    expect(options).toMatchObject({
      nsg: 'ours',
      plan: 'a:b:c',
      tags: 'team=web,env=test',
      'disk-size': 64,
      'availability-zone': '2',
      'accelerated-networking': true,
    });
    expect(resource).toMatchObject({ nsg: '', availabilitySet: '', tenant: 'tenant' });
  });

  it('has no handle of a machine of the classic deployment model', () => {
    expect(azure.fromStored({ ...DOCKER_MACHINE, ResourceGroup: '' }).resource).toBeUndefined();
  });

  it('of a closed cloud is still read', () => {
    expect(azure.fromStored({ ...DOCKER_MACHINE, Environment: 'AzureGermanCloud' }).options).toMatchObject({
      environment: 'AzureGermanCloud',
    });
  });

  it('tells the port of the engine and whom to log in as', () => {
    const options = { ...DEFAULTS, 'docker-port': 12_376, 'ssh-user': 'me' };

    expect([azure.enginePort?.(options), azure.login(options)]).toEqual([12_376, { user: 'me', port: 22 }]);
  });

  it.each([
    ['', {}],
    ['a=1,b=2', { a: '1', b: '2' }],
    ['a,1,b,2', { a: '1', b: '2' }],
    ['a=1=2, b', { a: '1=2', b: '' }],
  ])('reads the tags "%s"', (line, tags) => {
    expect(parseTags(line)).toEqual(tags);
  });
});
