import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/openstack/driver.js';
import type { OpenstackOptions } from '../../../drivers/openstack/options.js';
import { contextOf } from '../contract.js';
import { failureOf } from '../../helpers/failure.js';
import { openstackHost, openstackStand } from './support.js';

const DESCRIPTION = 'berth-machine=web-1,berth-id=0123456789abcdef,berth-store=fedcba9876543210';
const TAGS = { 'berth-machine': 'web-1', 'berth-id': '0123456789abcdef', 'berth-store': 'fedcba9876543210' };

/** Bodies of what create asks for with these options, but the token. */
async function bodiesOf(of: Partial<OpenstackOptions>): Promise<{
  readonly bodies: readonly { readonly call: string; readonly body: Record<string, unknown> }[];
  readonly ids: Readonly<Record<string, string>>;
}> {
  await using stand = await openstackStand(of);
  const { world } = stand.standIn;
  await driver.create(openstackHost(stand.options), contextOf(stand));
  const fixed = [...world.flavors, ...world.images, ...world.networks, ...world.serverGroups];
  // Somebody else's volume has the name of the machine's own group.
  const named = [...fixed, ...world.volumes.values(), ...world.groups.values()];
  const ids = Object.fromEntries(named.map(({ id, name }) => [name, id]));
  return { bodies: stand.standIn.bodies.filter(({ call }) => !call.includes('/identity/')), ids };
}

describe('a server of OpenStack', () => {
  it('is asked for with a key pair, a group and tags of its own', async () => {
    const { bodies, ids } = await bodiesOf({});

    const group = ids['berth-web-1-01234567'];
    const rule = { security_group_id: group, direction: 'ingress', description: 'berth' };
    const tcp = { ...rule, protocol: 'tcp', port_range_min: 22, port_range_max: 22 };
    const [v4, v6] = [
      { ethertype: 'IPv4', remote_ip_prefix: '0.0.0.0/0' },
      { ethertype: 'IPv6', remote_ip_prefix: '::/0' },
    ];
    const sorted = [...bodies].sort((one, other) => one.call.localeCompare(other.call));
    expect(sorted).toEqual([
      {
        call: 'POST /compute/v2.1/os-keypairs',
        body: { keypair: { name: 'berth-web-1-01234567', public_key: `ssh-ed25519 AAAA ${DESCRIPTION}` } },
      },
      {
        call: 'POST /compute/v2.1/servers',
        body: {
          server: {
            name: 'web-1',
            flavorRef: ids['m1.small'],
            imageRef: ids['Ubuntu 24.04 LTS'],
            key_name: 'berth-web-1-01234567',
            networks: [{ uuid: ids['private'] }],
            security_groups: [{ name: group }],
            user_data: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
            metadata: TAGS,
            tags: ['berth', 'berth-id=0123456789abcdef', 'berth-store=fedcba9876543210'],
          },
        },
      },
      {
        call: 'POST /network/v2.0/security-group-rules',
        body: {
          security_group_rules: [
            { ...tcp, ...v4 },
            { ...tcp, ...v6 },
            { ...rule, ...v4, protocol: 'icmp' },
            { ...rule, ...v6, protocol: 'ipv6-icmp' },
          ],
        },
      },
      {
        call: 'POST /network/v2.0/security-groups',
        body: { security_group: { name: 'berth-web-1-01234567', description: DESCRIPTION } },
      },
    ]);
  });

  it('has all that the options name', async () => {
    const { bodies, ids } = await bodiesOf({
      ...{ 'flavor-name': 'm1.large', 'image-name': 'Debian 13', 'net-name': 'private', 'fixed-ip': '10.0.0.77' },
      ...{ 'availability-zone': 'az2', 'server-group-name': 'apart', 'config-drive': true, 'sec-groups': 'default' },
      ...{ metadata: 'role,web,tier,1', 'keypair-name': 'web-1' },
    });

    expect(bodies.map(({ call }) => call)).toEqual(['POST /compute/v2.1/servers']);
    expect(bodies[0]?.body).toEqual({
      server: {
        name: 'web-1',
        flavorRef: ids['m1.large'],
        imageRef: ids['Debian 13'],
        key_name: 'web-1',
        networks: [{ uuid: ids['private'], fixed_ip: '10.0.0.77' }],
        security_groups: [{ name: ids['default'] }],
        user_data: expect.any(String),
        metadata: { ...TAGS, role: 'web', tier: '1' },
        tags: ['berth', 'berth-id=0123456789abcdef', 'berth-store=fedcba9876543210'],
        availability_zone: 'az2',
        config_drive: true,
      },
      'os:scheduler_hints': { group: ids['apart'] },
    });
  });

  it('boots from a volume that was made of the image, in the same zone, and goes with it', async () => {
    const { bodies, ids } = await bodiesOf({
      ...{ 'boot-from-volume': true, 'volume-size': 40, 'volume-type': 'ssd', 'volume-name': 'root-of-web-1' },
      'availability-zone': 'az2',
    });

    const of = (call: string): unknown => bodies.find((one) => one.call === call)?.body;
    expect(of('POST /volume/v3/:project/volumes')).toEqual({
      volume: {
        ...{ name: 'root-of-web-1', size: 40, volume_type: 'ssd', availability_zone: 'az2', metadata: TAGS },
        imageRef: ids['Ubuntu 24.04 LTS'],
      },
    });
    expect(of('POST /compute/v2.1/servers')).toMatchObject({
      server: {
        block_device_mapping_v2: [
          {
            ...{ uuid: ids['root-of-web-1'], source_type: 'volume', destination_type: 'volume', boot_index: 0 },
            delete_on_termination: true,
          },
        ],
      },
    });
    expect(of('POST /compute/v2.1/servers')).not.toHaveProperty('server.imageRef');
  });

  it('has a volume beside its disk, which outlives it when that is wanted', async () => {
    await using stand = await openstackStand({
      ...{ 'volume-size': 5, 'volume-keep': true, 'volume-device-path': '/dev/vdb' },
    });
    const context = contextOf(stand);

    const machine = await driver.create(openstackHost(stand.options), context);
    await driver.remove(machine, context);
    const owned = await driver.owned?.(stand.options, context);

    const [volume] = stand.standIn.left();
    expect(stand.standIn.left()).toEqual([volume]);
    expect(volume).toMatch(/^volume /);
    expect(owned?.filter(({ machine: name }) => name === 'web-1').map(({ store }) => store)).not.toContain(
      'fedcba9876543210',
    );
    expect(stand.standIn.bodies.find(({ call }) => call === 'POST /compute/v2.1/servers')?.body).toMatchObject({
      server: {
        block_device_mapping_v2: [
          { source_type: 'image', destination_type: 'local', boot_index: 0, delete_on_termination: true },
          { source_type: 'volume', boot_index: -1, delete_on_termination: false, device_name: '/dev/vdb' },
        ],
      },
    });
  });

  it('takes the next flavor, then the next zone, when no host has room, and leaves nothing of the attempts', async () => {
    await using stand = await openstackStand({
      ...{ 'flavor-name': 'm1.large,m1.small', 'availability-zone': 'nova,az2', 'boot-from-volume': true },
    });
    const { world } = stand.standIn;
    for (const sold of ['m1.large', 'm1.small nova']) world.soldOut.add(sold);
    const context = contextOf(stand);

    const machine = await driver.create(openstackHost(stand.options), context);

    const kinds = stand.standIn.left().map((text) => text.replace(/ \S+$/, ''));
    expect(kinds).toEqual(['key pair', 'security group', 'server', 'volume']);
    expect(world.servers.get(machine.serverId)?.body).toMatchObject({ availability_zone: 'az2' });
    expect(machine.volumeId).toBe([...world.volumes.keys()].at(-1));
  });

  it('says that no host has room when there is none left to try', async () => {
    await using stand = await openstackStand({});
    stand.standIn.world.soldOut.add('m1.small');
    const context = contextOf(stand);

    const failure = await failureOf(driver.create(openstackHost(stand.options), context));
    await driver.remove(context.kept.at(-1) as never, context);

    expect(failure.message).toBe('OpenStack: none of this size is available here now (create the server)');
    expect(failure.code).toBe('OutOfStock');
    expect(failure.suggestions).toEqual([
      'Name several flavors, tried in order: --openstack-flavor-name a,b',
      'Name several zones, tried in order: --openstack-availability-zone a,b',
    ]);
    expect((failure.cause as Error).message).toBe('No valid host was found. There are not enough hosts available.');
    expect(stand.standIn.left()).toEqual([]);
  });
});
