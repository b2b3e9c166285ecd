import { VPC } from './catalog.js';
import type { World } from './world.js';

const OTHERS = { 'berth-machine': 'web-1', 'berth-id': 'ffffffffffffffff', 'berth-store': '0000000000000000' };

/** What somebody else has in the account: a machine of the same name of another store, docker-machine's key, and a group. */
export function seedForeign(world: World): void {
  const hidden = 0;
  const [id, volumeId, interfaceId] = ['i-00000000000000f0e', 'vol-00000000000000f0e', 'eni-00000000000000f0e'];
  const group = { id: 'sg-00000000000000f0e', type: 'security-group', name: 'default', tags: {}, hidden } as const;
  const rule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, source: '198.51.100.0/24', Description: undefined };
  world.groups.set(group.id, { ...group, description: 'default VPC security group', vpcId: VPC, permissions: [rule] });
  const key = { id: 'key-00000000000000f0e', type: 'key-pair', name: 'web-1', tags: {}, hidden } as const;
  world.keys.set(key.name, { ...key, publicKey: 'ssh-ed25519 CCCC somebody' });
  world.instances.set(id, {
    ...{ id, type: 'instance', tags: { Name: 'web-1', ...OTHERS }, hidden, userData: '', console: '' },
    ...{ request: { InstanceType: 't3.micro', KeyName: 'web-1' }, subnetId: 'subnet-a', zone: `${world.region}a` },
    ...{ volumeId, interfaceId, spotRequestId: '', privateAddress: '172.31.200.200', ipv6: [] },
    ...{ groups: [group.id], state: 'running', reason: undefined, publicAddress: '203.0.113.251' },
  });
  world.parts.set(volumeId, { id: volumeId, type: 'volume', tags: OTHERS, hidden, instanceId: id });
  world.parts.set(interfaceId, { id: interfaceId, type: 'network-interface', tags: OTHERS, hidden, instanceId: id });
  for (const thing of world.things()) world.foreign.add(thing.id);
}

/** All of it as texts that change with it. */
export function foreignTexts(world: World): readonly string[] {
  return world
    .things()
    .filter(({ id }) => world.foreign.has(id))
    .map((thing) => JSON.stringify(thing))
    .sort();
}
