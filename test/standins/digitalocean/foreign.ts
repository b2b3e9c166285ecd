import { fingerprintOf, nextId, nextUuid, type Droplet, type World } from './world.js';

/** What somebody else has: another store's machine of the same name, and things named as docker-machine names its own. */
export function plantForeign(world: World): void {
  const tags = ['made-by:berth', 'berth-machine:web-1:ffff0000ffff0000:eeee0000eeee0000', 'web'];
  const id = nextId(world);
  const droplet: Droplet = {
    ...{ id, tags, status: 'active', address: '203.0.113.251', hidden: 0, looks: 0, isGoing: false, event: undefined },
    body: { name: 'web-1', region: 'nyc3', size: 's-1vcpu-1gb', image: 'ubuntu-24-04-x64' },
  };
  world.droplets.set(id, droplet);
  tags.forEach((tag) => world.tags.add(tag));
  for (const name of ['web-1', 'berth.web-1.ffff0000ffff0000.eeee0000eeee0000']) {
    const public_key = `ssh-ed25519 ${Buffer.from(name).toString('base64')} foreign`;
    const key = nextId(world);
    world.keys.set(key, { id: key, name, public_key, fingerprint: fingerprintOf(public_key) });
    const uuid = nextUuid(world);
    world.firewalls.set(uuid, {
      ...{ id: uuid, name, status: 'succeeded', droplet_ids: [id], tags: [], pending_changes: [] },
      inbound_rules: [{ protocol: 'tcp', ports: '22', sources: { addresses: ['0.0.0.0/0', '::/0'] } }],
      outbound_rules: [],
    });
  }
}
