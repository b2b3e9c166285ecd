import { describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { driver } from '../../../drivers/amazonec2/driver.js';
import type { Ec2Machine } from '../../../drivers/amazonec2/handle.js';
import type { NewHost } from '../../../src/driver.js';
import type { Ec2Options } from '../../../drivers/amazonec2/options.js';
import type { OptionValues } from '../../../src/record.js';
import type { Input } from '../../standins/amazonec2/query.js';
import { testFolder } from '../../helpers/folder.js';
import { contextOf, newHost } from '../contract.js';
import { stand } from './stand.js';

type Stand = Awaited<ReturnType<typeof stand>>;

const TAGS = [
  { Key: 'Name', Value: 'web-1' },
  { Key: 'berth-machine', Value: 'web-1' },
  { Key: 'berth-id', Value: '0123456789abcdef' },
  { Key: 'berth-store', Value: 'fedcba9876543210' },
];

function hostFor(world: Stand, options: OptionValues = {}): NewHost<Ec2Options> {
  return newHost({ ...world.options, ...options }) as unknown as NewHost<Ec2Options>;
}

async function created(world: Stand, options: OptionValues = {}): Promise<Ec2Machine> {
  const context = contextOf(world);
  const host = hostFor(world, options);
  await driver.check(host, context);
  return driver.create(host, context);
}

function sent(world: Stand, action: string): readonly Input[] {
  return world.standIn.requests.filter((request) => request.action === action).map(({ input }) => input);
}

describe('create on EC2', () => {
  it('asks before it makes, and nothing twice', async () => {
    await using world = await stand();

    await created(world);

    expect([...world.standIn.calls.slice(0, 4)].sort()).toEqual([
      'DescribeImages',
      'DescribeInstanceTypes',
      'DescribeSubnets',
      'DescribeVpcs',
    ]);
    expect(world.standIn.calls.slice(4)).toEqual([
      'DescribeSecurityGroups',
      'ImportKeyPair',
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
      'RunInstances',
    ]);
  });

  it('sends this request for an instance', async () => {
    await using world = await stand();

    const machine = await created(world);

    const [{ UserData: data, ...request } = {}] = sent(world, 'RunInstances');
    expect(request).toEqual({
      MinCount: 1,
      MaxCount: 1,
      ClientToken: expect.stringMatching(/^berth-0123456789abcdef-[0-9a-f]{16}$/) as unknown,
      ImageId: 'ami-noble-new',
      InstanceType: 't3.micro',
      Placement: { AvailabilityZone: 'us-east-1a' },
      KeyName: 'berth-web-1-01234567',
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: 'subnet-a',
          Groups: machine.groupIds,
          AssociatePublicIpAddress: true,
          DeleteOnTermination: true,
        },
      ],
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/sda1',
          Ebs: { VolumeSize: 16, VolumeType: 'gp3', DeleteOnTermination: true, Encrypted: true },
        },
      ],
      Monitoring: { Enabled: false },
      EbsOptimized: false,
      MetadataOptions: {
        HttpEndpoint: 'enabled',
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 1,
        HttpProtocolIpv6: 'disabled',
      },
      TagSpecifications: ['instance', 'volume', 'network-interface'].map((ResourceType) => ({
        ResourceType,
        Tags: TAGS,
      })),
    });
    expect(Buffer.from(String(data), 'base64').toString()).toMatch(/^#cloud-config\nhostname: "?web-1"?\n/);
  });

  it('takes every option of docker-machine and its forks into the request', async () => {
    await using world = await stand();
    using folder = testFolder();
    await writeFile(join(folder.path, 'user-data'), '#cloud-config\npackages: [jq]\n');

    await created(world, {
      ...{ ami: 'ami-8b92b4ee', 'instance-type': 't2.micro', zone: 'b', 'vpc-id': 'vpc-0a1b2c3d' },
      ...{ 'device-name': '/dev/xvda', 'root-size': 30, 'volume-type': 'io2', 'kms-key': 'alias/disks' },
      ...{ 'iam-instance-profile': 'builders', monitoring: true, 'use-ebs-optimized-instance': true },
      ...{ tags: 'team,web,stage,live', 'request-spot-instance': true, 'spot-price': '0.02' },
      ...{ 'private-address-only': true, 'ipv6-address-count': 1, 'enable-primary-ipv6': true },
      ...{ 'http-tokens': 'optional', 'http-endpoint': 'disabled', 'http-protocol-ipv6': 'enabled' },
      'http-put-response-hop-limit': 2,
      ...{ 'metadata-token-response-hop-limit': 5, userdata: join(folder.path, 'user-data') },
    });

    const [{ UserData: data, TagSpecifications: tags, ...request } = {}] = sent(world, 'RunInstances');
    expect(request).toMatchObject({
      ...{ ImageId: 'ami-8b92b4ee', InstanceType: 't2.micro', Placement: { AvailabilityZone: 'us-east-1b' } },
      ...{ Monitoring: { Enabled: true }, EbsOptimized: true, IamInstanceProfile: { Name: 'builders' } },
      NetworkInterfaces: [
        { SubnetId: 'subnet-b', AssociatePublicIpAddress: false, Ipv6AddressCount: 1, PrimaryIpv6: true },
      ],
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/xvda',
          Ebs: { VolumeSize: 30, VolumeType: 'io2', Encrypted: true, KmsKeyId: 'alias/disks' },
        },
      ],
      MetadataOptions: {
        ...{ HttpEndpoint: 'disabled', HttpTokens: 'optional' },
        ...{ HttpPutResponseHopLimit: 2, HttpProtocolIpv6: 'enabled' },
      },
      InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { SpotInstanceType: 'one-time', MaxPrice: '0.02' } },
    });
    const types = ['instance', 'volume', 'network-interface', 'spot-instances-request'];
    const own = [
      { Key: 'team', Value: 'web' },
      { Key: 'stage', Value: 'live' },
    ];
    expect(tags).toEqual(types.map((ResourceType) => ({ ResourceType, Tags: [TAGS[0], ...own, ...TAGS.slice(1)] })));
    expect(Buffer.from(String(data), 'base64').toString()).toContain('packages: [jq]');
  });

  it('leaves encryption to the account when told so', async () => {
    await using world = await stand();

    await created(world, { 'volume-encrypted': false });

    expect(sent(world, 'RunInstances')[0]?.['BlockDeviceMappings']).toEqual([
      { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 16, VolumeType: 'gp3', DeleteOnTermination: true } },
    ]);
  });

  it('finds the image by the architecture of the type', async () => {
    await using world = await stand();

    await created(world, { 'instance-type': 't4g.micro' });

    expect(sent(world, 'RunInstances')[0]).toMatchObject({ ImageId: 'ami-noble-arm', InstanceType: 't4g.micro' });
  });

  it('compresses user-data that would be too long', async () => {
    await using world = await stand();
    using folder = testFolder();
    await writeFile(join(folder.path, 'user-data'), `#!/bin/sh\n${'# a long script\n'.repeat(2000)}`);

    const machine = await created(world, { userdata: join(folder.path, 'user-data') });

    const data = Buffer.from(String(sent(world, 'RunInstances')[0]?.['UserData']), 'base64');
    expect(data.subarray(0, 2).toString('hex')).toBe('1f8b');
    expect(world.standIn.world('us-east-1').instances.get(machine.instanceId)?.userData).toContain('# a long script');
  });

  it('takes a zone with a subnet, the first one first', async () => {
    await using world = await stand({ zones: 'cb' });

    await created(world);

    expect(sent(world, 'RunInstances')[0]).toMatchObject({ Placement: { AvailabilityZone: 'us-east-1b' } });
  });

  it('goes on with the next zone, then with the next type, while nothing is in stock', async () => {
    await using world = await stand({ outOfStock: ['t3.micro', 'us-east-1a'] });

    const machine = await created(world, { 'instance-type': 't3.micro,t3a.micro', zone: 'a,b' });

    const tried = sent(world, 'RunInstances').map(({ InstanceType: type, Placement: place }) => [type, place]);
    expect(tried).toEqual(
      ['t3.micro', 't3a.micro'].flatMap((type) =>
        ['us-east-1a', 'us-east-1b'].map((AvailabilityZone) => [type, { AvailabilityZone }]),
      ),
    );
    expect(machine.attempt).toMatchObject({ zone: 'us-east-1b', type: 't3a.micro' });
    expect(new Set(sent(world, 'RunInstances').map(({ ClientToken: token }) => token)).size).toBe(4);
  });

  it('lets everybody reach sshd and nothing else, in a group that all machines share', async () => {
    await using world = await stand();

    const machine = await created(world, { 'ssh-port': 2222 });

    const [id = ''] = machine.groupIds;
    const group = world.standIn.world('us-east-1').groups.get(id);
    expect(group).toMatchObject({ name: 'docker-machine', vpcId: 'vpc-0a1b2c3d', tags: { 'berth-shared': 'true' } });
    expect(group?.permissions.map(({ FromPort, ToPort, source }) => [FromPort, ToPort, source])).toEqual([
      [2222, 2222, '0.0.0.0/0'],
      [2222, 2222, '::/0'],
    ]);
  });

  it('opens the ports of open-port in a group of the machine alone', async () => {
    await using world = await stand();

    const machine = await created(world, { 'open-port': ['80', '4000-4010/udp'] });

    const group = world.standIn.world('us-east-1').groups.get(machine.ownGroupId);
    expect(group).toMatchObject({ name: 'berth-web-1-01234567', tags: { 'berth-id': '0123456789abcdef' } });
    expect(
      group?.permissions.map(({ IpProtocol, FromPort, ToPort, source }) => [IpProtocol, FromPort, ToPort, source]),
    ).toEqual([
      ['tcp', 80, 80, '0.0.0.0/0'],
      ['tcp', 80, 80, '::/0'],
      ['udp', 4000, 4010, '0.0.0.0/0'],
      ['udp', 4000, 4010, '::/0'],
    ]);
    expect(sent(world, 'RunInstances')[0]?.['NetworkInterfaces']).toMatchObject([
      { Groups: [...machine.groupIds, machine.ownGroupId] },
    ]);
  });

  it("leaves the user's groups as they are when they are read-only", async () => {
    await using world = await stand();
    await created(world, { 'security-group': ['default'], 'security-group-readonly': true });

    expect(world.standIn.calls.filter((name) => /SecurityGroup(Ingress)?$/.test(name))).toEqual([]);
  });

  it('uses an existing key pair and makes none', async () => {
    await using world = await stand();

    await created(world, { 'keypair-name': 'web-1' });

    expect(world.standIn.calls).not.toContain('ImportKeyPair');
    expect(sent(world, 'RunInstances')[0]).toMatchObject({ KeyName: 'web-1' });
  });

  it("imports the user's own key where one is named", async () => {
    await using world = await stand();
    using folder = testFolder();
    await writeFile(join(folder.path, 'id_rsa.pub'), 'ssh-rsa DDDD me@laptop\n');

    await created(world, { 'ssh-keypath': join(folder.path, 'id_rsa') });

    expect(String(sent(world, 'ImportKeyPair')[0]?.['PublicKeyMaterial'])).toBe('ssh-rsa DDDD me@laptop');
  });
});
