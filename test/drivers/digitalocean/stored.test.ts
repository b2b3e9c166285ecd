import { describe, expect, it } from '@jest/globals';
import { digitalocean } from '../../../drivers/digitalocean/index.js';

/** As docker-machine 0.16.2 writes it (drivers/digitalocean/digitalocean.go, struct Driver). */
const DOCKER_MACHINE = {
  IPAddress: '203.0.113.7',
  MachineName: 'web-1',
  SSHUser: 'core',
  SSHPort: 22,
  SSHKeyPath: '/home/me/.docker/machine/machines/web-1/id_rsa',
  StorePath: '/home/me/.docker/machine',
  SwarmMaster: false,
  SwarmHost: 'tcp://0.0.0.0:3376',
  SwarmDiscovery: '',
  AccessToken: 'dop_v1_secret_of_the_record',
  DropletID: 3_164_444,
  DropletName: '',
  Image: 'ubuntu-16-04-x64',
  Region: 'ams3',
  SSHKeyID: 512_189,
  SSHKeyFingerprint: '',
  SSHKey: '',
  Size: 's-2vcpu-4gb',
  IPv6: true,
  Backups: true,
  PrivateNetworking: true,
  UserDataFile: '/home/me/user-data',
  Monitoring: true,
  Tags: 'web,env:prod',
};

describe('the record of a machine of DigitalOcean', () => {
  it("is docker-machine's, with all numbers in the handle", () => {
    const { options, resource } = digitalocean.fromStored(DOCKER_MACHINE);

    expect(resource).toEqual({
      endpoint: 'https://api.digitalocean.com',
      context: '',
      mark: '',
      team: '',
      name: 'web-1',
      id: '',
      store: '',
      dropletId: 3_164_444,
      madeAt: '',
      keyId: 512_189,
      keyFingerprint: '',
      firewallId: '',
      isGpu: false,
      reach: 'public',
      sshUser: 'core',
      sshPort: 22,
    });
    expect(options).toEqual({
      image: 'ubuntu-16-04-x64',
      region: 'ams3',
      size: 's-2vcpu-4gb',
      ipv6: true,
      backups: true,
      'private-networking': true,
      userdata: '/home/me/user-data',
      monitoring: true,
      tags: 'web,env:prod',
      endpoint: 'https://api.digitalocean.com',
      'use-private-network': false,
      'disable-public': false,
      'open-port': [],
      firewalls: [],
      'no-firewall': false,
      'ssh-user': 'core',
      'ssh-port': 22,
    });
  });

  it('keeps the fields of docker-machine as they were, without the token', () => {
    const { options, resource } = digitalocean.fromStored(DOCKER_MACHINE);

    const stored = digitalocean.toStored(options as never, resource);

    const names = Object.keys(DOCKER_MACHINE).filter((name) => name in stored);
    const changed = names.filter((name) => stored[name] !== DOCKER_MACHINE[name as keyof typeof DOCKER_MACHINE]);
    expect(changed).toEqual(['DropletName']);
    expect([stored['DropletName'], names.length]).toEqual(['web-1', 14]);
    expect(stored).not.toHaveProperty('AccessToken');
  });

  it('has the token that docker-machine wrote there', () => {
    expect([
      digitalocean.storedSecrets?.(DOCKER_MACHINE),
      digitalocean.storedSecrets?.({ ...DOCKER_MACHINE, AccessToken: '' }),
    ]).toEqual([{ 'access-token': 'dop_v1_secret_of_the_record' }, {}]);
  });

  it('leaves a key alone that the user had named', () => {
    const fingerprint = '3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45';

    const { options, resource } = digitalocean.fromStored({ ...DOCKER_MACHINE, SSHKeyFingerprint: fingerprint });

    expect([options['ssh-key-fingerprint'], resource?.keyId]).toEqual([fingerprint, 0]);
  });

  it("is Rancher's, which knows private addresses too", () => {
    const stored = { ...DOCKER_MACHINE, PrivateIPAddress: '10.132.0.2', IPv6Address: '2604:a880::1' };

    expect(digitalocean.fromStored(stored)).toEqual(digitalocean.fromStored(DOCKER_MACHINE));
  });

  it('has no handle while nothing was made', () => {
    expect(digitalocean.fromStored({ ...DOCKER_MACHINE, DropletID: 0, SSHKeyID: 0 }).resource).toBeUndefined();
  });

  it('takes the address of the interface with and without its version', () => {
    const { resource } = digitalocean.fromStored({ ...DOCKER_MACHINE, Endpoint: 'http://127.0.0.1:8080/v2/' });

    expect(resource?.endpoint).toBe('http://127.0.0.1:8080');
  });
});
