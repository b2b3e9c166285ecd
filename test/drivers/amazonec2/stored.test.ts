import { describe, expect, it } from '@jest/globals';
import { amazonec2 } from '../../../drivers/amazonec2/index.js';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseName } from '../../../src/name.js';
import { openStore } from '../../../src/store/disk.js';
import { testFolder } from '../../helpers/folder.js';
import { parseRecord } from '../../../src/store/schema.js';
import type { OptionsOf } from '../../../src/driver.js';
import type { OptionValues } from '../../../src/record.js';
import { optionsFor } from './stand.js';

/** The `Driver` object that docker-machine 0.16.2 writes for a machine of EC2. */
const DOCKER_MACHINE = {
  IPAddress: '203.0.113.9',
  MachineName: 'aws-1',
  SSHUser: 'ubuntu',
  SSHPort: 22,
  SSHKeyPath: '/home/me/.docker/machine/machines/aws-1/id_rsa',
  StorePath: '/home/me/.docker/machine',
  SwarmMaster: false,
  SwarmHost: 'tcp://0.0.0.0:3376',
  SwarmDiscovery: '',
  Id: '0123456789abcdef0123456789abcdef',
  AccessKey: 'AKIAIOSFODNN7EXAMPLE',
  SecretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  SessionToken: '',
  Region: 'us-west-2',
  AMI: 'ami-8b92b4ee',
  SSHKeyID: 0,
  ExistingKey: false,
  KeyName: 'aws-1',
  InstanceId: 'i-0123456789abcdef0',
  InstanceType: 't2.micro',
  PrivateIPAddress: '172.31.0.9',
  SecurityGroupId: '',
  SecurityGroupIds: ['sg-1'],
  SecurityGroupName: '',
  SecurityGroupNames: ['docker-machine'],
  SecurityGroupReadOnly: false,
  OpenPorts: null,
  Tags: '',
  ReservationId: '',
  DeviceName: '/dev/sda1',
  RootSize: 16,
  VolumeType: 'gp2',
  IamInstanceProfile: '',
  VpcId: 'vpc-0a1b2c3d',
  SubnetId: 'subnet-a',
  Zone: 'a',
  RequestSpotInstance: false,
  SpotPrice: '0.50',
  BlockDurationMinutes: 0,
  PrivateIPOnly: false,
  UsePrivateIP: true,
  UseEbsOptimizedInstance: false,
  Monitoring: false,
  SSHPrivateKeyPath: '',
  RetryCount: 5,
  Endpoint: '',
  DisableSSL: false,
  UserDataFile: '',
};

describe('records of amazonec2', () => {
  it('finds the machine of a docker-machine record', () => {
    const { options, resource } = amazonec2.fromStored(DOCKER_MACHINE);

    expect(resource).toEqual({
      ...{ region: 'us-west-2', endpoint: '', profile: '', retries: 5, name: 'aws-1', id: '', store: '' },
      ...{ keyName: 'aws-1', ownsKey: true, keyId: '', instanceId: 'i-0123456789abcdef0', isSpot: false },
      ...{ vpcId: 'vpc-0a1b2c3d', groupIds: ['sg-1'], isWritable: true, ownGroupId: '' },
      ...{ address: 'private', sshPort: 22, sshUser: 'ubuntu', pending: '', askedAt: '' },
    });
    expect(options).toMatchObject({
      ...{ region: 'us-west-2', ami: 'ami-8b92b4ee', 'instance-type': 't2.micro', zone: 'a', 'volume-type': 'gp2' },
      ...{ 'security-group': ['docker-machine'], 'open-port': [], 'use-private-address': true, 'root-size': 16 },
    });
    expect(JSON.stringify([options, resource])).not.toContain('AKIA');
  });

  it('takes the keys that docker-machine wrote into the record for those of the machine', async () => {
    using folder = testFolder();
    const place = join(folder.path, 'machines', 'aws-1');
    await mkdir(place, { recursive: true });
    const record = {
      ConfigVersion: 3,
      Driver: DOCKER_MACHINE,
      DriverName: 'amazonec2',
      HostOptions: {},
      Name: 'aws-1',
    };
    await writeFile(join(place, 'config.json'), JSON.stringify(record));
    const store = openStore(folder.path, { find: () => amazonec2 });

    const secrets = await store.secrets(parseName('aws-1'));
    await store.write(await store.read(parseName('aws-1')));

    const keys = { 'access-key': 'AKIAIOSFODNN7EXAMPLE', 'secret-key': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
    expect(secrets).toEqual(keys);
    expect(await store.secrets(parseName('aws-1'))).toEqual(keys);
    expect(amazonec2.storedSecrets?.({ AccessKey: '', SecretKey: 'left alone' })).toEqual({});
  });

  it('gives docker-machine its own fields back', () => {
    const { options, resource } = amazonec2.fromStored(DOCKER_MACHINE);

    const stored = amazonec2.toStored(options as OptionsOf<typeof amazonec2.options>, resource);

    const same = Object.keys(DOCKER_MACHINE).filter((key) => key in stored);
    expect(Object.fromEntries(same.map((key) => [key, stored[key]]))).toEqual({
      ...Object.fromEntries(same.map((key) => [key, DOCKER_MACHINE[key as keyof typeof DOCKER_MACHINE]])),
      OpenPorts: [],
    });
  });

  it("reads the former group's single fields, and keys whatever their case", () => {
    const document = {
      ConfigVersion: 3,
      DriverName: 'amazonec2',
      Driver: {
        ...{ region: 'eu-west-1', INSTANCEID: 'i-1', KeyName: 'old', SecurityGroupId: 'sg-9', MachineName: 'old' },
        ...{ SecurityGroupName: 'machines', IPAddress: '203.0.113.1' },
      },
      Name: 'old',
    };

    const place = { name: 'old' as never, folder: '/store/machines/old', holds: () => false };
    const machine = parseRecord(JSON.stringify(document), place, () => amazonec2);

    expect(machine.options).toMatchObject({ region: 'eu-west-1', 'security-group': ['machines'] });
    expect(machine.resource).toMatchObject({ instanceId: 'i-1', groupIds: ['sg-9'], region: 'eu-west-1' });
  });

  it("reads GitLab's and Rancher's additions", () => {
    const { options } = amazonec2.fromStored({
      ...{ VolumeEncrypted: true, VolumeKmsKeyId: 'alias/a', MetadataTokenSetting: 'optional' },
      ...{ MetadataTokenResponseHopLimit: 2, EncryptEbsVolume: true, HttpEndpoint: 'enabled', HttpTokens: 'required' },
      ...{
        HttpPutResponseHopLimit: 3,
        HttpProtocolIpv6: 'enabled',
        EnablePrimaryIpv6: true,
        Ipv6AddressCount: 1,
        Ipv6AddressOnly: true,
      },
    });

    expect(options).toMatchObject({
      ...{ 'volume-encrypted': true, 'volume-kms-key': 'alias/a', 'metadata-token': 'optional' },
      ...{ 'metadata-token-response-hop-limit': 2, 'encrypt-ebs-volume': true, 'http-endpoint': 'enabled' },
      ...{ 'http-tokens': 'required', 'http-protocol-ipv6': 'enabled', 'enable-primary-ipv6': true },
      ...{ 'ipv6-address-count': 1, 'ipv6-address-only': true, 'http-put-response-hop-limit': 3 },
    });
  });

  it('keeps a key pair that the record calls existing', () => {
    const { options, resource } = amazonec2.fromStored({ ...DOCKER_MACHINE, ExistingKey: true });

    expect(options).toMatchObject({ 'keypair-name': 'aws-1' });
    expect(resource).toMatchObject({ ownsKey: false, keyName: 'aws-1' });
  });

  it.each([
    ['127.0.0.1:5000', true, 'http://127.0.0.1:5000'],
    ['ec2.example.org', false, 'https://ec2.example.org'],
    ['https://ec2.example.org/', false, 'https://ec2.example.org'],
  ])('takes %s for an endpoint as docker-machine does', (endpoint, DisableSSL, url) => {
    const { resource } = amazonec2.fromStored({ ...DOCKER_MACHINE, Endpoint: endpoint, DisableSSL });

    expect(resource?.endpoint).toBe(url);
  });

  it('comes back whole with every option given', () => {
    const given = optionsFor(
      { url: 'http://127.0.0.1:1' },
      Object.fromEntries(
        Object.entries(amazonec2.options).flatMap(([key, option]): [string, OptionValues[string]][] => {
          if (option.kind === 'boolean') return [[key, !('default' in option)]];
          if (option.kind === 'integer') return [[key, 7]];
          if (option.kind === 'list') return [[key, ['x', 'y']]];
          return 'secret' in option ? [] : [[key, 'choices' in option ? option.choices[1] : 'x']];
        }),
      ),
    );

    const stored = amazonec2.toStored(given, undefined);
    const back = amazonec2.fromStored({ ...stored, SSHUser: 'x', SSHPort: 7 });

    expect(back.options).toEqual(given);
  });
});
