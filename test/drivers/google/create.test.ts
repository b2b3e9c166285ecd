import { describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '../../../drivers/google/api.js';
import { testFolder } from '../../helpers/folder.js';
import { failureOf, told } from '../../helpers/failure.js';
import type { GoogleStandIn } from '../../standins/google/index.js';
import { googleStand } from './world.js';

const OWNER = { 'berth-machine': 'web-1', 'berth-id': '0123456789abcdef', 'berth-store': 'fedcba9876543210' };
const UBUNTU = 'https://www.googleapis.com/compute/v1/projects/ubuntu-os-cloud/global/images';

function inserted({ bodies }: GoogleStandIn): Instance[] {
  return bodies.filter(({ name }) => name === 'Instances.Insert').map(({ body }) => body as Instance);
}

describe('an instance that the driver google asks for', () => {
  it('is Ubuntu 24.04 on today’s sizes, tagged, with user-data', async () => {
    await using world = await googleStand();

    await world.driver.create(world.host(), world.context);

    const [body] = inserted(world.standIn);
    const items = body?.metadata?.items ?? [];
    expect({ ...body, metadata: items.map(({ key }) => key) }).toEqual({
      name: 'web-1',
      description: 'docker host made by berth',
      machineType: 'zones/us-central1-a/machineTypes/e2-medium',
      labels: OWNER,
      metadata: ['enable-oslogin', 'berth-machine', 'ssh-keys', 'user-data'],
      tags: { items: ['berth-web-1-01234567'] },
      disks: [
        {
          boot: true,
          autoDelete: true,
          type: 'PERSISTENT',
          mode: 'READ_WRITE',
          initializeParams: {
            diskName: 'web-1-disk',
            description: JSON.stringify(OWNER),
            sourceImage: `${UBUNTU}/ubuntu-2404-noble-amd64-v20261110`,
            diskSizeGb: '20',
            diskType: 'zones/us-central1-a/diskTypes/pd-balanced',
            labels: OWNER,
            // Google's client writes every map.
            resourceManagerTags: {},
          },
        },
      ],
      networkInterfaces: [
        {
          network: 'projects/acme-1/global/networks/default',
          accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }],
        },
      ],
      serviceAccounts: [
        {
          email: 'default',
          scopes: [
            'https://www.googleapis.com/auth/devstorage.read_only',
            'https://www.googleapis.com/auth/logging.write',
            'https://www.googleapis.com/auth/monitoring.write',
          ],
        },
      ],
    });
    expect(items.slice(0, 3)).toEqual([
      { key: 'enable-oslogin', value: 'FALSE' },
      { key: 'berth-machine', value: 'web-1' },
      { key: 'ssh-keys', value: 'docker-user:ssh-ed25519 AAAA test' },
    ]);
    expect(items.at(-1)?.value).toMatch(/^#cloud-config\nhostname: "?web-1"?\n/);
  });

  it('has what GitLab’s runners ask for: GPUs, labels, metadata, Hyperdisk, a shared network', async () => {
    await using world = await googleStand();
    using folder = testFolder();
    await writeFile(join(folder.path, 'data.yml'), '#cloud-config\npackages: [jq]\n');
    const host = world.host({
      'machine-type': 'n1-standard-1',
      'disk-type': 'hyperdisk-balanced',
      'provisioned-iops': 4000,
      'provisioned-throughput': 200,
      accelerator: 'count=2,type=nvidia-tesla-t4',
      'min-cpu-platform': 'Intel Skylake',
      label: ['Team:CI runners'],
      'vm-labels': 'cost,low',
      metadata: ['enable-oslogin=TRUE', 'ssh-keys=joe:ssh-ed25519 CCCC joe'],
      'metadata-from-file': [`user-data=${join(folder.path, 'data.yml')}`],
      network: 'projects/host-1/global/networks/custom',
      subnetwork: 'front',
      tags: 'web, runner',
      'use-internal-ip-only': true,
      'service-account': 'none',
    });

    await world.driver.create(host, world.context);

    const [body] = inserted(world.standIn);
    expect(body).toMatchObject({
      labels: { team: 'ci-runners', cost: 'low', ...OWNER },
      guestAccelerators: [
        { acceleratorCount: 2, acceleratorType: 'zones/us-central1-a/acceleratorTypes/nvidia-tesla-t4' },
      ],
      minCpuPlatform: 'Intel Skylake',
      scheduling: { onHostMaintenance: 'TERMINATE' },
      tags: { items: ['berth-web-1-01234567', 'web', 'runner'] },
      networkInterfaces: [
        {
          network: 'projects/host-1/global/networks/custom',
          subnetwork: 'projects/host-1/regions/us-central1/subnetworks/front',
        },
      ],
    });
    expect(body?.networkInterfaces?.[0]?.accessConfigs).toBeUndefined();
    expect(body?.serviceAccounts).toBeUndefined();
    expect(body?.disks?.[0]?.initializeParams).toMatchObject({ provisionedIops: '4000', provisionedThroughput: '200' });
    const items = Object.fromEntries(body?.metadata?.items?.map(({ key = '', value = '' }) => [key, value]) ?? []);
    expect(items['enable-oslogin']).toBe('TRUE');
    expect(items['ssh-keys']).toBe('joe:ssh-ed25519 CCCC joe\ndocker-user:ssh-ed25519 AAAA test');
    expect(items['user-data']).toContain('#cloud-config\npackages: [jq]\n');
  });

  it('is a spot instance where --google-preemptible is given, and has the reserved address', async () => {
    await using world = await googleStand();

    await world.driver.create(world.host({ preemptible: true, address: 'free' }), world.context);

    const [body] = inserted(world.standIn);
    expect(body?.scheduling).toEqual({
      provisioningModel: 'SPOT',
      instanceTerminationAction: 'STOP',
      automaticRestart: false,
      onHostMaintenance: 'TERMINATE',
    });
    expect(body?.networkInterfaces?.[0]?.accessConfigs).toEqual([
      { type: 'ONE_TO_ONE_NAT', name: 'External NAT', natIP: '203.0.113.77' },
    ]);
  });

  it('has IPv6 where its subnetwork has it, and a disk under the user’s own key', async () => {
    await using world = await googleStand();
    const key = 'projects/acme-1/locations/global/keyRings/r/cryptoKeys/k';

    const host = world.host({ ipv6: true, subnetwork: 'both', 'disk-kms-key': key });
    const machine = await world.driver.create(host, world.context);

    const [body] = inserted(world.standIn);
    expect(body?.networkInterfaces).toEqual([
      {
        network: 'projects/acme-1/global/networks/custom',
        subnetwork: 'projects/acme-1/regions/us-central1/subnetworks/both',
        stackType: 'IPV4_IPV6',
        ipv6AccessConfigs: [{ type: 'DIRECT_IPV6', name: 'External IPv6', networkTier: 'PREMIUM' }],
        accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }],
      },
    ]);
    expect(body?.disks?.[0]?.diskEncryptionKey).toEqual({ kmsKeyName: key });
    expect(await world.driver.ports?.list(machine, world.context)).toEqual([
      { protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] },
    ]);
  });

  it('boots the image of its processor', async () => {
    await using world = await googleStand();

    await world.driver.create(world.host({ 'machine-type': 'c4a-standard-1' }), world.context);

    const [body] = inserted(world.standIn);
    expect(body?.disks?.[0]?.initializeParams.sourceImage).toBe(`${UBUNTU}/ubuntu-2404-noble-arm64-v20261110`);
  });

  it('is asked for in the next zone, then as the next type, while there is none left', async () => {
    await using world = await googleStand();
    world.standIn.world.dry.add('us-central1-a').add('europe-west1-b/e2-medium').add('us-central1-f');
    const zones = { zone: 'us-central1-a,europe-west1-b,us-central1-f', 'machine-type': 'e2-medium,n2-standard-2' };

    const machine = await world.driver.create(world.host(zones), world.context);
    await world.driver.remove(machine, world.context);

    expect(inserted(world.standIn).map((body) => body.machineType)).toEqual([
      'zones/us-central1-a/machineTypes/e2-medium',
      'zones/europe-west1-b/machineTypes/e2-medium',
      'zones/us-central1-f/machineTypes/e2-medium',
      'zones/us-central1-a/machineTypes/n2-standard-2',
      'zones/europe-west1-b/machineTypes/n2-standard-2',
    ]);
    expect(machine.zone).toBe('europe-west1-b');
    expect(world.standIn.left()).toEqual([]);
  });

  it('is asked for in all zones of a region that are allowed, by the selections in order', async () => {
    await using world = await googleStand();
    world.standIn.world.dry.add('us-central1-a').add('us-central1-f/e2-medium');
    const host = world.host({
      region: 'us-central1',
      'location-zone': ['us-central1-b:DENY'],
      'flex-selection': ['machine-type=e2-medium', 'machine-type=n1-standard-1,disk-type=pd-ssd'],
    });

    await world.driver.create(host, world.context);

    expect(
      inserted(world.standIn).map(({ machineType, disks }) => [machineType, disks?.[0]?.initializeParams.diskType]),
    ).toEqual([
      ['zones/us-central1-a/machineTypes/e2-medium', 'zones/us-central1-a/diskTypes/pd-balanced'],
      ['zones/us-central1-f/machineTypes/e2-medium', 'zones/us-central1-f/diskTypes/pd-balanced'],
      ['zones/us-central1-a/machineTypes/n1-standard-1', 'zones/us-central1-a/diskTypes/pd-ssd'],
      ['zones/us-central1-f/machineTypes/n1-standard-1', 'zones/us-central1-f/diskTypes/pd-ssd'],
    ]);
  });

  it('says that there is none left anywhere, and what to do', async () => {
    await using world = await googleStand();
    world.standIn.world.dry.add('us-central1-a');

    const failure = await failureOf(world.driver.create(world.host(), world.context));

    expect(told(failure)).toEqual({
      code: 'OutOfStock',
      message: 'Google: none of this size is available here now (create the instance)',
      exitCode: 3,
    });
    expect(failure.suggestions).toEqual([
      'Give several zones to try: --google-zone us-central1-a,us-central1-b,us-central1-f',
      'Give several types to try: --google-machine-type e2-medium,n2-standard-2',
    ]);
    expect(String(failure.cause)).toBe(
      'Error: ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS: The zone does not have enough resources available to fulfill ' +
        'the request, try a different zone.',
    );
  });

  it.each([
    ['ZONE_RESOURCE_POOL_EXHAUSTED', 'OutOfStock'],
    ['INTERNAL_ERROR', 'DriverFailed'],
  ])('is asked for anew, not by the request that ended with %s, when create is repeated', async (code, error) => {
    await using world = await googleStand();
    world.standIn.world.failures.push(code);
    const failure = await failureOf(world.driver.create(world.host(), world.context));

    const kept = world.context.kept.at(-1) as Parameters<typeof world.driver.create>[2];
    const machine = await world.driver.create(world.host(), world.context, kept);

    expect(failure.code).toBe(error);
    expect(await world.driver.state(machine, world.context)).toBe('running');
    expect(world.standIn.left()).toContain('instance us-central1-a/web-1');
  });

  it('is named by its tag where its own name is none for Compute Engine', async () => {
    await using world = await googleStand();

    const machine = await world.driver.create({ ...world.host(), name: 'Web.1' }, world.context);

    expect([machine.instance, machine.disk, machine.name]).toEqual([
      'berth-web-1-01234567',
      'berth-web-1-01234567-disk',
      'Web.1',
    ]);
    expect(await world.driver.owned?.(world.host().options, world.context)).toMatchObject([
      { kind: 'instance', id: 'web-1', machine: 'web-1', store: '0000000000000000' },
      { kind: 'instance', id: 'berth-web-1-01234567', machine: 'Web.1', store: 'fedcba9876543210' },
      { kind: 'disk', id: 'web-1-disk', machine: 'web-1' },
      { kind: 'disk', id: 'berth-web-1-01234567-disk', machine: 'Web.1' },
      { kind: 'firewall rule', machine: 'web-1' },
      { kind: 'firewall rule', machine: 'Web.1' },
    ]);
  });
});
