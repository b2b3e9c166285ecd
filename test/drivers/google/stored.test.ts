import { describe, expect, it } from '@jest/globals';
import { google } from '../../../drivers/google/index.js';
import type { GoogleOptions } from '../../../drivers/google/options.js';

const BASE = {
  IPAddress: '203.0.113.7',
  MachineName: 'web-1',
  SSHUser: 'docker-user',
  SSHPort: 22,
  SSHKeyPath: '/home/joe/.docker/machine/machines/web-1/id_rsa',
};
/** As docker-machine 0.16.2 writes it. */
const DOCKER_MACHINE = {
  Zone: 'us-central1-a',
  MachineType: 'n1-standard-1',
  MachineImage: 'ubuntu-os-cloud/global/images/ubuntu-1604-xenial-v20170721',
  DiskType: 'pd-standard',
  Address: '',
  Network: 'default',
  Subnetwork: '',
  Preemptible: false,
  UseInternalIP: false,
  UseInternalIPOnly: false,
  ServiceAccount: 'default',
  Scopes: 'https://www.googleapis.com/auth/devstorage.read_only',
  DiskSize: 10,
  Project: 'acme-1',
  Tags: '',
  UseExisting: false,
  OpenPorts: ['80'],
};

describe('records of the driver google', () => {
  it('reads a record of docker-machine: options, and a handle of its names', () => {
    const { options, resource } = google.fromStored({ ...BASE, ...DOCKER_MACHINE });

    expect(options).toMatchObject({
      project: 'acme-1',
      'machine-type': 'n1-standard-1',
      'disk-size': 10,
      'open-port': ['80'],
      username: 'docker-user',
    });
    expect(resource).toEqual({
      project: 'acme-1',
      zone: 'us-central1-a',
      instance: 'web-1',
      disk: 'web-1-disk',
      name: 'web-1',
      id: '',
      store: '',
      tag: '',
      network: 'projects/acme-1/global/networks/default',
      user: 'docker-user',
      internal: false,
      foreign: false,
      firewall: true,
      attempt: 0,
    });
  });

  it('writes what docker-machine wrote', () => {
    const { options, resource } = google.fromStored({ ...BASE, ...DOCKER_MACHINE });

    expect(google.toStored(options as GoogleOptions, resource)).toMatchObject(DOCKER_MACHINE);
  });

  it("reads GitLab's fork: labels as a list, metadata as an object, the zone that Google chose", () => {
    const { options, resource } = google.fromStored({
      ...BASE,
      ...DOCKER_MACHINE,
      Zone: '',
      Region: 'us-east1',
      ResolvedZone: 'us-east1-c',
      Labels: ['team:ci', 'cost:low'],
      Metadata: { 'enable-oslogin': 'FALSE' },
      SkipFirewall: true,
      ProvisionedIops: 3000,
      OperationBackoffFactory: { InitialInterval: 1, Multiplier: 2 },
    });

    expect(options).toMatchObject({
      label: ['team:ci', 'cost:low'],
      metadata: ['enable-oslogin=FALSE'],
      region: 'us-east1',
      'provisioned-iops': 3000,
      'skip-firewall-create': true,
    });
    expect(resource).toMatchObject({ zone: 'us-east1-c', firewall: false });
  });

  it("reads Rancher's fork: labels as one text", () => {
    const { options } = google.fromStored({
      ...BASE,
      ...DOCKER_MACHINE,
      Labels: 'team,ci,cost,low',
      Userdata: '/u.yml',
      Auth: '{"type": "service_account"}',
    });

    expect(options).toMatchObject({ label: ['team:ci', 'cost:low'], userdata: '/u.yml' });
    expect(JSON.stringify(options)).not.toContain('service_account');
    expect(google.storedSecrets?.({ Auth: '{"type": "service_account"}' })).toEqual({
      'auth-encoded-json': '{"type": "service_account"}',
    });
  });

  it('stores the place where the machine is, not the places there were to choose from', () => {
    const { options, resource } = google.fromStored({ ...BASE, ...DOCKER_MACHINE });
    const chosen = { ...options, zone: 'us-east1-b,us-east1-c' } as unknown as GoogleOptions;

    expect(google.toStored(chosen, resource)).toMatchObject({ Zone: 'us-central1-a', Project: 'acme-1' });
  });
});
