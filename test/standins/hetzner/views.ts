import { locationView } from './catalog.js';
import { NOW, type Firewall, type Group, type Json, type PrimaryIp, type Volume, type World } from './world.js';

export function firewallView(world: World, { id, name, labels, rules }: Firewall): Json {
  const users = [...world.servers.values()].filter(({ firewalls }) => firewalls.includes(id));
  const applied = users.map((server) => ({ type: 'server', server: { id: server.id } }));
  const shown = rules.map((rule) => ({
    ...{ source_ips: [], destination_ips: [], port: null, description: null },
    ...rule,
  }));
  return { id, name, labels, created: NOW, rules: shown, applied_to: applied };
}

export function groupView(world: World, { id, name, labels, type }: Group): Json {
  const servers = [...world.servers.values()].filter(({ group }) => group === id).map((server) => server.id);
  return { id, name, labels, type, created: NOW, servers };
}

export function volumeView({ id, name, labels, location, server }: Volume): Json {
  return { id, name, labels, server, location: locationView(location), status: 'available', size: 10, created: NOW };
}

export function primaryIpView({ id, name, labels, type, ip, location, autoDelete, assignee }: PrimaryIp): Json {
  return {
    ...{ id, name, labels, type, ip, location: locationView(location), auto_delete: autoDelete },
    ...{ assignee_id: assignee, assignee_type: 'server', blocked: false, created: NOW },
  };
}
