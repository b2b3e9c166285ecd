import type { JsonObject } from '../../../src/record.js';
import {
  standIn,
  type CloudStandIn,
  type Machinery,
  type StandInAnswer,
  type StandInRequest,
} from '../../standins/server.js';

export const TOY_TOKEN = 'toy-0123456789abcdef0123';

interface Server {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly userData: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly others: boolean;
  status: 'booting' | 'on' | 'off';
  /** Lookups that do not find it yet. */
  unseen: number;
  address: string;
  rules: readonly string[];
}
interface Key {
  readonly name: string;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly others: boolean;
}

export interface ToyStandIn extends CloudStandIn {
  /** What was just made is not found by so many lookups. */
  unseen: number;
  console: string;
  userData(id: string): string;
  foreign(): readonly string[];
}

const missing: StandInAnswer = { status: 404, body: { error: 'no such thing' } };

/** A cloud that exists nowhere: keys and servers with labels, as small as a cloud can be. */
export async function toyStandIn(machinery?: Machinery): Promise<ToyStandIn> {
  const servers = new Map<string, Server>();
  const keys = new Map<string, Key>();
  const others = { 'berth-machine': 'web-1', 'berth-id': 'ffffffffffffffff', 'berth-store': '0000000000000000' };
  keys.set('web-1', { name: 'web-1', text: 'ssh-ed25519 CCCC', labels: {}, others: true });
  const boot = { status: 'on', unseen: 0, address: '192.0.2.9', rules: [] as string[], userData: '' } as const;
  servers.set('s0', { ...boot, id: 's0', name: 'web-1', key: 'web-1', labels: others, others: true });
  let made = 0;

  const routes: Readonly<
    Record<string, (request: StandInRequest, id: string) => Promise<StandInAnswer> | StandInAnswer>
  > = {
    'POST /keys': ({ body }) => {
      const { name, text, labels } = JSON.parse(body) as Key;
      if (keys.has(name)) return { status: 409, body: { error: `key ${name} exists` } };
      keys.set(name, { name, text, labels, others: false });
      return { status: 201, body: { name } };
    },
    'GET /keys': ({ url }) => ({ status: 200, body: [...keys.values()].filter(labelled(url)) }),
    'DELETE /keys/:id': (_request, id) => (keys.delete(id) ? { status: 204 } : missing),
    'POST /servers': async ({ body }) => {
      const { name, key, userData, labels } = JSON.parse(body) as Server;
      if (!keys.has(key)) return { status: 422, body: { error: `no key ${key}` } };
      const id = `s${(made += 1)}`;
      const address = `127.0.1.${made}`;
      const fresh = {
        status: 'booting',
        unseen: stand.unseen,
        rules: ['tcp 22 0.0.0.0/0,::/0'],
        others: false,
      } as const;
      servers.set(id, { ...fresh, id, name, key, userData, labels, address });
      await machinery?.boot({ id, name, userData, loginKeys: [] });
      return { status: 201, body: seen(servers.get(id)) };
    },
    'GET /servers': ({ url }) => {
      const ids = url.searchParams.get('ids')?.split(',');
      const found = [...servers.values()].filter((one) => (ids ? ids.includes(one.id) : labelled(url)(one)));
      return { status: 200, body: found.filter((one) => (one.unseen -= 1) < 0).map(moved) };
    },
    'POST /servers/:id/power': ({ body }, id) => {
      const server = servers.get(id);
      if (!server) return missing;
      const { verb } = JSON.parse(body) as { verb: string };
      if (verb === 'on') server.address = `127.0.2.${made}`;
      server.status = verb === 'on' ? 'booting' : 'off';
      return { status: 200, body: seen(server) };
    },
    'PUT /servers/:id/rules': ({ body }, id) => {
      const server = servers.get(id);
      if (!server) return missing;
      server.rules = JSON.parse(body) as string[];
      return { status: 200, body: seen(server) };
    },
    'GET /servers/:id/console': (_request, id) =>
      servers.has(id) ? { status: 200, body: { text: stand.console } } : missing,
    'DELETE /servers/:id': (_request, id) => {
      return servers.delete(id) ? { status: 204 } : missing;
    },
  };
  const nameOf = ({ method, url }: StandInRequest): string =>
    `${method} ${url.pathname.replace(/^(\/\w+)\/[^/]+/, '$1/:id')}`;
  const served = await standIn({
    nameOf,
    handle: (request) => {
      if (request.headers.authorization !== `Bearer ${TOY_TOKEN}`)
        return { status: 401, body: { error: 'the token is not known' } };
      const id = decodeURIComponent(request.url.pathname.split('/')[2] ?? '');
      return routes[nameOf(request)]?.(request, id) ?? missing;
    },
    left: () => [
      ...[...servers.values()].filter((one) => !one.others).map(({ id }) => `server ${id}`),
      ...[...keys.values()].filter((one) => !one.others).map(({ name }) => `key ${name}`),
    ],
  });
  const foreign = (): readonly string[] =>
    [...servers.values(), ...keys.values()]
      .filter((one) => one.others)
      .map(({ name, ...one }) => `${name} ${JSON.stringify({ ...one, unseen: 0 })}`);
  const stand: ToyStandIn = Object.assign(served, {
    ...{ unseen: 0, console: '', foreign },
    userData: (id: string) => servers.get(id)?.userData ?? '',
  });
  return stand;
}

function labelled(url: URL): (one: { readonly labels: Readonly<Record<string, string>> }) => boolean {
  const [name = '', value] = (url.searchParams.get('label') ?? '').split('=');
  return ({ labels }) => name in labels && (value === undefined || labels[name] === value);
}

function moved(server: Server): JsonObject {
  const shown = seen(server);
  if (server.status === 'booting') server.status = 'on';
  return shown;
}

function seen(server: Server | undefined): JsonObject {
  if (!server) return {};
  const { id, name, key, status, labels, address, rules } = server;
  return { id, name, key, status, labels, rules, address: status === 'on' ? address : '' };
}
