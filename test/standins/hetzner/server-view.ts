import { IMAGES, imageView, locationView, TYPES, typeView } from './catalog.js';
import { groupView } from './views.js';
import { look, NOW, type Json, type PrimaryIp, type Server, type World } from './world.js';

/** Each look at a server lets time go by for it. */
export function seenServer(world: World, server: Server): Json | undefined {
  if (server.hidden > 0) {
    server.hidden -= 1;
    return undefined;
  }
  for (const action of world.actions.values()) if (action.server === server.id) look(world, action);
  return world.servers.has(server.id) ? serverView(world, server) : undefined;
}

export function serverView(world: World, server: Server): Json {
  const { id, name, status, labels, location, networks, firewalls, group } = server;
  const [type, image] = [TYPES.find((one) => one.name === server.type), IMAGES.find((one) => one.id === server.image)];
  const own = addressesOf(world, server);
  const address = (wanted: string): Json | null => {
    const found = own.find((one) => one.type === wanted);
    return found ? { id: found.id, ip: found.ip, blocked: false, dns_ptr: wanted === 'ipv4' ? 'a.example' : [] } : null;
  };
  const applied = firewalls.map((firewall) => ({ id: firewall, status: 'applied' }));
  const found = group === null ? undefined : world.placement_groups.get(group);
  return {
    ...{
      id,
      name,
      status,
      created: NOW,
      labels,
      location: locationView(location),
      locked: false,
      rescue_enabled: false,
    },
    server_type: type ? typeView(type) : null,
    image: image ? imageView(image) : null,
    public_net: { ipv4: address('ipv4'), ipv6: address('ipv6'), floating_ips: [], firewalls: applied },
    private_net:
      status === 'initializing' ? [] : networks.map((one) => ({ ...one, alias_ips: [], mac_address: '86:00' })),
    volumes: [...world.volumes.values()].filter((one) => one.server === id).map((one) => one.id),
    placement_group: found ? groupView(world, found) : null,
    ...{ protection: { delete: false, rebuild: false }, load_balancers: [], primary_disk_size: 40, iso: null },
  };
}

export function addressesOf(world: World, { id }: Server): readonly PrimaryIp[] {
  return [...world.primary_ips.values()].filter(({ assignee }) => assignee === id);
}
