import { describe, expect, it } from '@jest/globals';
import { openstack } from '../../../drivers/openstack/index.js';
import type { OpenstackOptions } from '../../../drivers/openstack/options.js';
import type { JsonObject } from '../../../src/record.js';
import { DEFAULTS } from './support.js';

/** As docker-machine 0.16.2 writes it. */
const DOCKER_MACHINE: JsonObject = {
  ...{ IPAddress: '192.0.2.7', MachineName: 'old', SSHUser: 'ubuntu', SSHPort: 22, SSHKeyPath: '/x/id_rsa' },
  ...{ AuthUrl: 'https://keystone.example:5000/v3', ActiveTimeout: 200, Insecure: false, CaCert: '' },
  ...{ DomainID: '', DomainName: 'Default', Username: 'ann', Password: 'secret', TenantName: 'demo', TenantId: '' },
  ...{ Region: 'one', AvailabilityZone: 'nova', EndpointType: 'publicURL', MachineId: 'a-server', FlavorName: 'm1' },
  ...{
    FlavorId: 'f-1',
    ImageName: 'Ubuntu',
    ImageId: 'i-1',
    KeyPairName: 'old-0123',
    NetworkName: 'net',
    NetworkId: 'n-1',
  },
  ...{ UserData: null, PrivateKeyFile: '', SecurityGroups: ['default', 'web'], FloatingIpPool: 'public' },
  ...{ ComputeNetwork: false, FloatingIpPoolId: 'p-1', IpVersion: 4, ConfigDrive: false, ExistingKey: false },
};

describe('a record of a machine of OpenStack', () => {
  it("of docker-machine's is read, and its server and key pair are known", () => {
    const { options, resource } = openstack.fromStored(DOCKER_MACHINE);

    expect(options).toMatchObject({
      ...{ 'auth-url': 'https://keystone.example:5000/v3', 'domain-name': 'Default', username: 'ann' },
      ...{ 'tenant-name': 'demo', region: 'one', 'availability-zone': 'nova', 'endpoint-type': 'publicURL' },
      ...{ 'sec-groups': 'default,web', 'floatingip-pool': 'public', 'ip-version': 4, 'ssh-user': 'ubuntu' },
    });
    expect(resource).toMatchObject({
      ...{ name: 'old', id: '', store: '', serverId: 'a-server', keyName: 'old-0123', groupId: '', sshUser: 'ubuntu' },
      identity: { username: 'ann', userDomainName: 'Default', projectDomainName: 'Default', projectName: 'demo' },
    });
    expect(openstack.storedSecrets?.(DOCKER_MACHINE)).toEqual({ password: 'secret' });
  });

  it("of Rancher's is read, with its application credential and its volume", () => {
    const stored = {
      ...DOCKER_MACHINE,
      ...{ DomainId: 'd-1', ApplicationCredentialId: 'a-1', ApplicationCredentialSecret: 'word', BootFromVolume: true },
      ...{ VolumeSize: 40, VolumeType: 'ssd', ServerGroupName: 'apart', UserDomainName: 'users', Password: '' },
    };

    const { options, resource } = openstack.fromStored(stored);

    expect(options).toMatchObject({
      ...{ 'domain-id': 'd-1', 'application-credential-id': 'a-1', 'boot-from-volume': true, 'volume-size': 40 },
      ...{ 'volume-type': 'ssd', 'server-group-name': 'apart', 'user-domain-name': 'users' },
    });
    expect(resource?.identity).toMatchObject({ applicationCredentialId: 'a-1', userDomainName: 'users' });
    expect(openstack.storedSecrets?.(stored)).toEqual({ 'application-credential-secret': 'word' });
  });

  it('never has a key pair of the user for its own', () => {
    const { options, resource } = openstack.fromStored({ ...DOCKER_MACHINE, ExistingKey: true });

    expect(options['keypair-name']).toBe('old-0123');
    expect(resource?.keyName).toBe('');
  });

  it('comes back with every option as it went in', () => {
    const said: OpenstackOptions = {
      ...DEFAULTS,
      ...{ cloud: 'mine', insecure: true, 'user-id': 'u', 'flavor-name': 'a,b', 'net-id': 'n', 'open-port': ['80'] },
      ...{ 'sec-groups': 'a,b', 'keypair-name': 'mine', metadata: 'a,b', 'fixed-ip': '10.0.0.7', 'volume-keep': true },
      ...{ 'ip-version': 6, 'active-timeout': 300, 'user-data-file': '/u' },
    };

    const stored = openstack.toStored(said, undefined);

    expect(openstack.fromStored(stored).options).toEqual(said);
  });
});
